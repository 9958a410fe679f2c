using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Access;

/// <summary>Before the app listens: refuses an address that others can reach while there is no key, and says who gets in.</summary>
internal sealed partial class AccessAtStart(AppAddress address, LocalCallers local, WaysIn ways, ILogger<AccessAtStart> logger) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="UnguardedAddressException">The app must not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (local.AreTrusted && address.IsLoopback)
            return;

        var any = await ways.AnyCredentialAsync(cancellationToken);
        if (!any && address is { IsOwn: true, IsLoopback: false })
            throw new UnguardedAddressException(AppAddress.Key, address.Address!, AccessOptions.SectionName);
        if (!any)
            LogClosed(AccessOptions.SectionName);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4011, LogLevel.Warning, "Nobody can call the app: there is no API key. Set {Section}:Keys:NAME:Key and {Section}:Keys:NAME:Role to have a first one.")]
    private partial void LogClosed(string section);
}
