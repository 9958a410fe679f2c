using Orchestrator.Benchmarks.Measuring;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Benchmarks.Start;

/// <summary>From the start of the app's process to its first answer, which is that it is healthy.</summary>
internal static class StartBenchmark
{
    private const int Starts = 5;
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(TextWriter output)
    {
        await using var azurite = await AzuriteServer.StartAsync(isSaved: true);
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, IsMeasured = true };
        await output.WriteLineAsync($"Process start to first answered request, Azurite running, {Environment.ProcessorCount} cores; asked every 10 ms.");

        await output.WriteLineAsync($"empty storage (tables and queues are created): {await StartAndStopAsync(setup):F2} s");
        var times = new List<double>();
        for (var start = 0; start < Starts; start++)
            times.Add(await StartAndStopAsync(setup));
        await output.WriteLineAsync($"after that, median of {Starts}: {times.Median():F2} s ({string.Join(", ", times.Select(time => $"{time:F2}"))})");
    }

    private static async Task<double> StartAndStopAsync(FunctionAppSetup setup)
    {
        await using var app = await FunctionApp.StartAsync(setup);
        await app.TerminateAsync(_stopLimit);
        return app.StartTime.TotalSeconds;
    }
}
