using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Functions.Startup;

/// <summary>Runs the app, and tells an end that was wanted from one that a failure has brought about.</summary>
internal static class AppRun
{
    /// <summary>Runs the app until it is told to end, or something that runs in the background fails, which ends it too.</summary>
    /// <returns>The exit code: that of a failure if one has ended the app, so that who looks after it starts it again.</returns>
    public static async Task<int> RunAsync(IHost app)
    {
        // Found now, for the host disposes of them when it ends; what became of them they still know then.
        var services = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync();
        return services.Exists(service => service.ExecuteTask is { IsFaulted: true }) ? StartFailure.ExitCode : 0;
    }
}
