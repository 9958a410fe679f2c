using Orchestrator.Benchmarks.Counting;
using Orchestrator.Benchmarks.Measuring;

namespace Orchestrator.Benchmarks.Tasks;

/// <summary>How many tasks the app does, how long one takes, and what it asks of storage for it.</summary>
internal static class TasksBenchmark
{
    private const int Rounds = 3;
    private const int BatchTasks = 1_000;
    private const int WarmUpTasks = 1000;
    private const int WarmUpSubmitters = 16;
    private const int OfferedPerSecond = 100;
    private const int OfferedTasks = 1000;
    private static readonly (int Submitters, int Tasks)[] _levels = [(1, 100), (16, 800), (64, 1600)];
    private static readonly (int Submitters, int Tasks)[] _countedLevels = [(1, 50), (16, 200), (64, 400)];

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"Task text.digest on 2 KiB over HTTP, {Environment.ProcessorCount} cores for app, Azurite and submitters together.");
        await output.WriteLineAsync("Each submitter submits, watches its task until it has succeeded (first look after 4/5 of the usual time, then after 1/8 of it), goes on.");
        await output.WriteLineAsync($"Medians of {Rounds} rounds, each on a fresh Azurite with {WarmUpTasks} tasks of warm-up.");
        await TimeAsync(output);
        await TimeBatchAsync(output);
        await CountAsync(output);
    }

    private static async Task TimeAsync(TextWriter output)
    {
        var rounds = new List<Timed[]>();
        var loads = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await TimeRoundAsync());
            loads.Add((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]);
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync("submitters   tasks  tasks/s   p50 ms   p95 ms   looks/task   CPU ms/task: app  Azurite  benchmark");
        for (var level = 0; level <= _levels.Length; level++)
        {
            Timed[] timed = [.. rounds.Select(round => round[level])];
            double Of(Func<Timed, double> figure) => timed.Select(figure).Median();
            await output.WriteLineAsync(
                $"{(level < _levels.Length ? $"{_levels[level].Submitters}" : $"{OfferedPerSecond}/s"),10}{timed[0].Load.Tasks,8}{Of(t => t.Load.PerSecond),9:F1}{Of(t => t.Load.P50),9:F1}{Of(t => t.Load.P95),9:F1}"
                + $"{Of(t => t.Load.Looks),13:F1}{Of(t => t.PerTask(t.Cpu.App)),19:F2}{Of(t => t.PerTask(t.Cpu.Azurite)),9:F2}{Of(t => t.PerTask(t.Cpu.Benchmark)),11:F2}");
        }

        await output.WriteLineAsync($"{OfferedPerSecond}/s: tasks offered at even intervals. Load of the machine after each round: {string.Join(", ", loads)}.");
    }

    private static async Task<Timed[]> TimeRoundAsync()
    {
        await using var app = await BenchmarkedApp.StartAsync();
        await app.Load.RunAsync(WarmUpSubmitters, WarmUpTasks);
        var timed = new List<Timed>();
        foreach (var (submitters, tasks) in _levels)
        {
            var before = CpuTime.Of(app.App.Process.Id, app.Azurite.ProcessId);
            var load = await app.Load.RunAsync(submitters, tasks);
            timed.Add(new Timed(load, CpuTime.Of(app.App.Process.Id, app.Azurite.ProcessId) - before));
        }

        var beforeOffer = CpuTime.Of(app.App.Process.Id, app.Azurite.ProcessId);
        var offered = await app.Load.OfferAsync(OfferedPerSecond, OfferedTasks);
        timed.Add(new Timed(offered, CpuTime.Of(app.App.Process.Id, app.Azurite.ProcessId) - beforeOffer));
        return [.. timed];
    }

    private static async Task TimeBatchAsync(TextWriter output)
    {
        var answered = new List<double>();
        var done = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var app = await BenchmarkedApp.StartAsync();
            await app.Load.RunAsync(WarmUpSubmitters, WarmUpTasks);
            var batch = await app.Load.RunBatchAsync(BatchTasks);
            answered.Add(batch.Answered.TotalSeconds);
            done.Add(batch.Done.TotalSeconds);
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"Batch of {BatchTasks} tasks: stored and answered after {answered.Median():F2} s, all done after {done.Median():F2} s.");
    }

    private static async Task CountAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("Table storage per task, counted by a proxy in a run of its own; the reads of whoever watches are left out. A transaction is one call.");
        await output.WriteLineAsync("submitters   app: reads  writes   rows   engine: reads  writes   rows   other calls");
        CountingProxy? proxy = null;
        await using var app = await BenchmarkedApp.StartAsync(azurite => (proxy = CountingProxy.Start(azurite)).ConnectionString);
        await using var counting = proxy!;
        counting.HubName = app.App.Setup.Name;
        await app.Load.RunAsync(WarmUpSubmitters, WarmUpTasks);
        foreach (var (submitters, tasks) in _countedLevels)
        {
            counting.Reset();
            var load = await app.Load.RunAsync(submitters, tasks);
            var count = counting.Count;
            double PerTask(long total) => (double)total / tasks;
            await output.WriteLineAsync(
                $"{submitters,10}{PerTask(count.App.Reads) - load.Looks,13:F2}{PerTask(count.App.Writes),8:F2}{PerTask(count.App.Rows),7:F2}"
                + $"{PerTask(count.Engine.Reads),16:F2}{PerTask(count.Engine.Writes),8:F2}{PerTask(count.Engine.Rows),7:F2}{PerTask(count.Other),14:F2}");
        }
    }

    private sealed record Timed(TaskLoadResult Load, CpuTime Cpu)
    {
        public double PerTask(TimeSpan time) => time.TotalMilliseconds / Load.Tasks;
    }
}
