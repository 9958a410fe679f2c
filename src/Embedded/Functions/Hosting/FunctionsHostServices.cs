using Azure.Core.Serialization;
using Embedded.Functions.Configuration;
using Embedded.Functions.Discovery;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Invocation;
using Embedded.Functions.Logging;
using Embedded.Functions.Queues;
using Embedded.Functions.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Hosting;

internal static class FunctionsHostServices
{
    /// <summary>Adds everything but HTTP.</summary>
    /// <param name="folder">Where <c>host.json</c> lies.</param>
    /// <exception cref="HostStartException"><c>host.json</c> is not what it should be.</exception>
    public static void AddFunctionsHost(
        this IServiceCollection services, IConfiguration configuration, string folder, MiddlewareList middleware, FunctionSource source)
    {
        var hostJson = HostJsonFile.Load(folder, configuration);
        services.AddOptions();
        services.PostConfigure<WorkerOptions>(options => options.Serializer ??= new JsonObjectSerializer(new() { PropertyNameCaseInsensitive = true }));
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(hostJson);
        services.AddSingleton(source);
        services.AddSingleton(middleware);
        services.AddSingleton(_ => FunctionTimeout.Read(hostJson));
        services.AddOptions<HostSettings>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<HostSettings>, HostSettingsValidator>();
        services.AddSingleton<StopSignal>();
        services.AddSingleton<InvocationRuntime>();
        services.AddSingleton<FunctionInstances>();
        services.AddSingleton<ParameterBindings>();
        services.AddSingleton<FunctionCatalog>();
        services.AddSingleton<StartupReport>();
        services.AddSingleton<TriggerListeners>();
        services.AddHostedService<ReloadReport>();
        services.AddQueueFunctions();
        services.AddTimerFunctions();
        services.AddLogging(logging => logging.AddFunctionsConsole(hostJson, configuration));
    }
}
