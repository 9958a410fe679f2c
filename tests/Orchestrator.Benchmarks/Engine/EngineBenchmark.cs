using System.Diagnostics;
using Orchestrator.Benchmarks.Counting;
using Orchestrator.Benchmarks.Measuring;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Benchmarks.Engine;

/// <summary>How fast the embedded durable engine is, and what it asks of storage.</summary>
internal static class EngineBenchmark
{
    private const int Rounds = 3;
    private const string HubName = "Bench";
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(60);

    private static readonly EngineRow[] _rows =
    [
        new("200 at once, 5 activities each", new(nameof(EngineFunctions.Sequence), 200, 5), WarmUp: 400)
        {
            Unit = "instances/s",
            Figure = (whole, times) => times.Count / whole * 1000,
            Reference = new("8.2", "13", "333-397", "300", "400"),
        },
        new("one, fan-out of 500", new(nameof(EngineFunctions.FanOut), 1, 500), WarmUp: 3)
        {
            Unit = "s",
            Figure = (_, times) => times[0] / 1000,
            Reference = new("11.1", "5.0", "0.08-0.12", "0.2", "0.12"),
        },
        new("one, 300 steps, each", new(nameof(EngineFunctions.Sequence), 1, 300), WarmUp: 1)
        {
            Unit = "ms/step",
            Figure = (_, times) => times[0] / 300,
            Reference = new("48", "20.5", "2", "3", "2"),
        },
        new("hello of 3, one by one, p50", new(nameof(EngineFunctions.Hello), 200, 3) { InTurn = true }, WarmUp: 50)
        {
            Unit = "ms",
            Figure = (_, times) => times.Median(),
            Reference = new("226", "97", "3.7", "8", "5"),
        },
    ];

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"The embedded durable engine, {Environment.ProcessorCount} cores for app and Azurite together; medians of {Rounds} rounds, each on a fresh Azurite.");
        await TimeAsync(output);
        await CountAsync(output);
    }

    private static async Task TimeAsync(TextWriter output)
    {
        var rounds = new List<Timed[]>();
        for (var round = 0; round < Rounds; round++)
            rounds.Add(await TimeRoundAsync());

        await output.WriteLineAsync();
        await output.WriteLineAsync($"{"work",-32}{"ours",9} {"unit",-12}{"p50 ms",8}{"p95 ms",8}{"CPU ms: app",12}{"Azurite",9}   real host  storage queues  in memory  needed   aim");
        for (var number = 0; number < _rows.Length; number++)
        {
            var row = _rows[number];
            var timed = rounds.Select(round => round[number]).ToList();
            double Of(Func<Timed, double> figure) => timed.Select(figure).Median();
            await output.WriteLineAsync(
                $"{row.Title,-32}{Of(t => row.Figure(t.Whole, t.Times)),9:F2} {row.Unit,-12}{Of(t => t.Times.Median()),8:F1}{Of(t => t.Times.Percentile(95)),8:F1}"
                + $"{Of(t => t.App / row.Work.Instances),12:F2}{Of(t => t.Azurite / row.Work.Instances),9:F2}"
                + $"{row.Reference.Host,12}{row.Reference.StorageQueues,16}{row.Reference.InMemory,11}{row.Reference.Must,8}{row.Reference.Aim,6}");
        }
    }

    private static async Task<Timed[]> TimeRoundAsync()
    {
        await using var azurite = await AzuriteServer.StartAsync(isSaved: true);
        await using var app = await EngineProcess.StartAsync(HubName, azurite.ConnectionString);
        var timed = new List<Timed>();
        foreach (var row in _rows)
        {
            await app.TimeAsync(row.Work with { Instances = row.WarmUp });
            var before = CpuTime.Of(app.Process.Id, azurite.ProcessId);
            var watch = Stopwatch.StartNew();
            var times = await app.TimeAsync(row.Work);
            var whole = watch.Elapsed.TotalMilliseconds;
            var cpu = CpuTime.Of(app.Process.Id, azurite.ProcessId) - before;
            timed.Add(new Timed(whole, times, cpu.App.TotalMilliseconds, cpu.Azurite.TotalMilliseconds));
        }

        return [.. timed];
    }

    private static async Task CountAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("Table storage per instance, counted by a proxy in a run of its own. A transaction is one call.");
        await output.WriteLineAsync($"{"work",-32}{"reads",8}{"writes",8}{"rows",8}{"KiB written",13}");
        await using var azurite = await AzuriteServer.StartAsync(isSaved: true);
        await using var proxy = CountingProxy.Start(azurite);
        proxy.HubName = HubName;
        await using var app = await EngineProcess.StartAsync(HubName, proxy.ConnectionString);
        foreach (var row in _rows)
        {
            await app.TimeAsync(row.Work with { Instances = row.WarmUp });
            proxy.Reset();
            await app.TimeAsync(row.Work);
            var count = proxy.Count.Engine;
            double PerInstance(double total) => total / row.Work.Instances;
            await output.WriteLineAsync(
                $"{row.Title,-32}{PerInstance(count.Reads),8:F2}{PerInstance(count.Writes),8:F2}{PerInstance(count.Rows),8:F2}{PerInstance(count.Bytes) / 1024,13:F2}");
        }

        // What was left to be written behind the work is no part of being idle.
        await Task.Delay(_idle, TimeProvider.System);
        proxy.Reset();
        await Task.Delay(_idle, TimeProvider.System);
        var idle = proxy.Count;
        await output.WriteLineAsync(
            $"idle for {_idle.TotalSeconds:F0} s: {idle.Engine.Reads} reads and {idle.Engine.Writes} writes of the engine (its owner renews its record every 10 s), {idle.App.Reads + idle.App.Writes + idle.Other} other calls");
    }

    private sealed record Timed(double Whole, IReadOnlyList<double> Times, double App, double Azurite);
}
