using System.Diagnostics;
using Orchestrator.Benchmarks.Measuring;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Benchmarks.Engine;

/// <summary>What live and finished instances cost: memory while the engine runs, time when it starts again.</summary>
internal static class RecoveryBenchmark
{
    private const string HubName = "Bench";
    private const int Batch = 1000;
    private const int Finished = 100_000;
    private const int Live = 1000;
    private const int MoreLive = 9000;
    private const int Starts = 5;
    private static readonly TimeSpan _checkpointInterval = TimeSpan.FromSeconds(35);

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"Memory and recovery of the embedded durable engine, {Environment.ProcessorCount} cores for app and Azurite together.");
        await output.WriteLineAsync($"Ready: from the start of the process to its first answer, median of {Starts} starts one after the other, then all of them.");
        await using var azurite = await AzuriteServer.StartAsync(isSaved: true);
        await TimeStartsAsync(azurite, output, "empty hub");

        await StartAsync(azurite, async app =>
        {
            await RunManyAsync(app, Batch);
            var empty = await SettledHeapAsync(app);
            await RunManyAsync(app, Finished - Batch);
            await output.WriteLineAsync($"{Finished:N0} instances run and finished: the heap has grown by {await SettledHeapAsync(app) - empty:N0} bytes");
            await BeginAsync(app, Live, output);
        });
        await TimeStartsAsync(azurite, output, $"{Finished:N0} finished, {Live:N0} live (needed: 3 s)");

        await StartAsync(azurite, app => RunManyAsync(app, 2 * Batch), kill: true);
        await output.WriteLineAsync($"the same, killed in the middle of work: ready after {await StartAsync(azurite, _ => Task.CompletedTask):F2} s");
        await StartAsync(azurite, app => BeginAsync(app, MoreLive, output));
        await TimeStartsAsync(azurite, output, $"{Finished + (2 * Batch):N0} finished, {Live + MoreLive:N0} live");
    }

    private static async Task TimeStartsAsync(AzuriteServer azurite, TextWriter output, string what)
    {
        var times = new List<double>();
        for (var start = 0; start < Starts; start++)
            times.Add(await StartAsync(azurite, _ => Task.CompletedTask));
        await output.WriteLineAsync($"{what}: ready after {times.Median():F2} s ({string.Join(", ", times.Select(time => $"{time:F2}"))})");
    }

    private static async Task BeginAsync(EngineProcess app, int instances, TextWriter output)
    {
        var before = await SettledHeapAsync(app);
        await app.BeginAsync(nameof(EngineFunctions.Wait), instances);
        await output.WriteLineAsync($"{instances:N0} live idle instances more: {(await app.HeapAsync() - before) / instances:N0} bytes each (needed: 8,192)");
    }

    /// <summary>The heap when the checkpoint behind the work has been made, at the latest after its interval.</summary>
    private static async Task<long> SettledHeapAsync(EngineProcess app)
    {
        await Task.Delay(_checkpointInterval, TimeProvider.System);
        return await app.HeapAsync();
    }

    private static async Task RunManyAsync(EngineProcess app, int instances)
    {
        for (var left = instances; left > 0; left -= Batch)
            await app.TimeAsync(new EngineWork(nameof(EngineFunctions.Nothing), Math.Min(left, Batch), 0));
    }

    /// <summary>Starts the app, does something with it and ends it.</summary>
    /// <returns>The seconds from the start of the process to its first answer.</returns>
    private static async Task<double> StartAsync(AzuriteServer azurite, Func<EngineProcess, Task> use, bool kill = false)
    {
        var watch = Stopwatch.StartNew();
        await using var app = await EngineProcess.StartAsync(HubName, azurite.ConnectionString);
        var ready = watch.Elapsed;
        await use(app);
        if (!kill)
            await app.StopAsync();
        return ready.TotalSeconds;
    }
}
