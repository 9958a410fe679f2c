using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Benchmarks.Engine;

/// <summary>A function app of nothing but <see cref="EngineFunctions"/>, for a process of its own.</summary>
internal static class EngineApp
{
    /// <summary>Runs until it is told to stop.</summary>
    public static Task RunAsync()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        return builder.Build().RunAsync();
    }
}
