using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Demo;

/// <summary>
/// Submits tasks and watches them until all are over. Watching is gentle: each round, 200 ms after the one before, asks for
/// at most 32 of the open tasks, in turn, 8 at a time.
/// </summary>
internal sealed class TaskBatch(TaskApi api, IDemoProgress progress, TimeProvider time)
{
    private const int Concurrency = 8;
    private const int PerRound = 32;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();

    /// <returns>The tasks in the order given, each in its terminal state.</returns>
    /// <exception cref="ApiException">A task was refused.</exception>
    public async Task<IReadOnlyList<TaskLine>> RunAsync(IReadOnlyList<PlannedTask> planned, CancellationToken cancellationToken)
    {
        var lines = new TaskLine[planned.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, planned.Count, parallel, async (i, stop) =>
            lines[i] = new TaskLine(planned[i].Label, await api.SubmitAsync(planned[i].Task, stop)));
        foreach (var line in lines)
            progress.Changed(line);

        var turn = 0;
        while (Open(lines) is { Count: > 0 } open)
        {
            var asked = Enumerable.Range(0, Math.Min(open.Count, PerRound)).Select(i => open[(turn + i) % open.Count]).ToList();
            turn += asked.Count;
            await Parallel.ForEachAsync(asked, parallel, async (i, stop) =>
                Show(lines, i, lines[i] with { Task = await api.GetAsync(lines[i].Task.Id, stop) }));
            if (Open(lines).Count > 0)
                await Task.Delay(_pause, time, cancellationToken);
        }

        return lines;
    }

    private static List<int> Open(TaskLine[] lines) => [.. Enumerable.Range(0, lines.Length).Where(i => !lines[i].IsOver)];

    private void Show(TaskLine[] lines, int index, TaskLine line)
    {
        lock (_lock)
        {
            var isChange = lines[index].Task.State != line.Task.State;
            lines[index] = line;
            if (isChange)
                progress.Changed(line);
        }
    }
}
