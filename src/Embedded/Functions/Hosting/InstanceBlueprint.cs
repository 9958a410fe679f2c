using Embedded.Functions.Invocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>What the app registered, to be made into a provider once more.</summary>
/// <param name="Services">All registrations but the host's own service, which there must be one of.</param>
/// <param name="CreateProvider">As the host's own provider is made.</param>
internal sealed record InstanceBlueprint(IReadOnlyList<ServiceDescriptor> Services, Func<IServiceCollection, IServiceProvider> CreateProvider)
{
    /// <summary>
    /// A provider of the same registrations with singletons of its own. What belongs to the process is shared: settings, the console, and the end.
    /// </summary>
    /// <remarks>
    /// An object that <c>Program.cs</c> made and registered is shared too, for <c>Program.cs</c> has run once only. Services of the
    /// platform are not: nothing starts a second set of them, and what they give to functions comes through bindings.
    /// </remarks>
    public IServiceProvider Create(IServiceProvider host)
    {
        var services = new ServiceCollection();
        foreach (var service in Services)
            ((ICollection<ServiceDescriptor>)services).Add(service);

        // As objects: a provider disposes of what it has made, and these outlive it.
        services.AddSingleton(host.GetRequiredService<IConfiguration>());
        services.AddSingleton(host.GetRequiredService<ILoggerFactory>());
        services.AddSingleton(host.GetRequiredService<IHostApplicationLifetime>());
        services.AddSingleton(host.GetRequiredService<StopSignal>());
        return CreateProvider(services);
    }
}
