using System.Diagnostics;
using Orchestrator.Benchmarks.Measuring;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Benchmarks.History;

/// <summary>What a page of a long list asks of storage, and how long it takes on Azurite.</summary>
internal static class HistoryBenchmark
{
    private const int AzuriteTasks = 5_000;
    private const int AtOnce = 64;
    private const int Repetitions = 15;
    private static readonly int[] _sizes = [2_000, 200_000];

    private static readonly (string Name, TaskQuery Query)[] _pages =
    [
        ("newest", new TaskQuery()),
        ("state, 95 % of all", new TaskQuery { State = TaskState.Succeeded }),
        ("state, 5 % of all", new TaskQuery { State = TaskState.Failed }),
        ("tag, 10 % of all", new TaskQuery { Tag = "red" }),
        ("agent, 50 % of all", new TaskQuery { Agent = "one" }),
        ("agent, 10 % of all", new TaskQuery { Agent = "two" }),
        ("type, all", new TaskQuery { Type = "text.digest" }),
    ];

    public static async Task RunAsync(TextWriter output)
    {
        foreach (var size in _sizes)
            await CountAsync(output, size);
        await TimeAsync(output);
    }

    /// <summary>Counts on a table server in memory that answers as Azure does.</summary>
    private static async Task CountAsync(TextWriter output, int size)
    {
        await using var server = await TableServer.StartAsync();
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
        HistoryRows.Load(server, time, size);
        await using var store = await HistoryStore.StartAsync(server.ConnectionString, time);
        await store.Tasks.ListAsync(new TaskQuery { PageSize = 1 }, CancellationToken.None);
        var first = (TaskListing.Page)await store.Tasks.ListAsync(new TaskQuery { PageSize = 1 }, CancellationToken.None);
        if (first.ContinuationToken is null)
            throw new InvalidOperationException("The history is not there.");

        await output.WriteLineAsync($"{Environment.NewLine}{size} tasks on a table server in memory; pages of up to 50:");
        await output.WriteLineAsync("page                     tasks   rows read   per task   requests");
        foreach (var (name, query) in _pages)
        {
            server.ResetCounts();
            var page = (TaskListing.Page)await store.Tasks.ListAsync(query, CancellationToken.None);
            var counts = server.ResetCounts();
            await output.WriteLineAsync($"{name,-22}{page.Tasks.Count,8}{counts.RowsScanned,12}{(double)counts.RowsScanned / page.Tasks.Count,11:F2}{counts.Requests,11}");
        }

        await store.RunOneAsync(0);
        server.ResetCounts();
        await store.RunOneAsync(2);
        var task = server.ResetCounts();
        await output.WriteLineAsync($"A task alone: {task.Requests} requests, of them {task.Transactions} transactions, {task.RowsWritten} rows written.");
    }

    private static async Task TimeAsync(TextWriter output)
    {
        await using var azurite = await AzuriteServer.StartAsync(isSaved: true);
        await using var store = await HistoryStore.StartAsync(azurite.ConnectionString, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, AzuriteTasks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) => await store.RunOneAsync(index));
        await output.WriteLineAsync($"{Environment.NewLine}{AzuriteTasks} tasks on Azurite, saved as it does by default, made at {AzuriteTasks / watch.Elapsed.TotalSeconds:F0}/s with {AtOnce} at once, without engine and HTTP:");
        await output.WriteLineAsync("page                     tasks   p50 ms   p95 ms");
        foreach (var (name, query) in _pages)
        {
            var took = new List<double>();
            var tasks = 0;
            for (var i = 0; i <= Repetitions; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                tasks = ((TaskListing.Page)await store.Tasks.ListAsync(query, CancellationToken.None)).Tasks.Count;
                if (i > 0)
                    took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            await output.WriteLineAsync($"{name,-22}{tasks,8}{took.Percentile(50),9:F1}{took.Percentile(95),9:F1}");
        }

        await output.WriteLineAsync($"Load of the machine at the end: {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}.");
    }
}
