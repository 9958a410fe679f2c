using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>What lies beside the tasks, in memory.</summary>
internal sealed class MemorySiblings(MemoryTaskStore store, TimeProvider time) : IAttemptStore, IAttemptTokens, ITaskEdges, ITaskWakes, ICallbackSender
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TaskId, (AttemptReport Report, long At)> _reports = [];
    private readonly List<(TaskId Task, AttemptLog Log)> _logs = [];
    private readonly SortedSet<(TaskId Predecessor, TaskId Dependent)> _edges = [];
    private readonly List<TaskWake> _wakes = [];

    public IReadOnlyList<TaskWake> Wakes => _wakes;

    /// <summary>Called before every write of an attempt's rows; what it throws, the write throws.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>What each callback comes to, in order; delivered when there are none left.</summary>
    public Queue<CallbackAnswer> Answers { get; } = new();

    /// <summary>Done while a callback is under way.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    public List<(string Url, string Body)> Callbacks { get; } = [];

    public Task ReportAsync(TaskId task, AttemptReport report, CancellationToken cancellationToken)
    {
        BeforeWrite?.Invoke();
        lock (_lock)
            _reports[task] = (report, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task<StoredReport?> GetReportAsync(TaskId task, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_reports.TryGetValue(task, out var found) ? new StoredReport(found.Report, time.GetElapsedTime(found.At)) : null);
    }

    public Task<bool> AddLogAsync(TaskId task, AttemptLog log, CancellationToken cancellationToken)
    {
        BeforeWrite?.Invoke();
        lock (_lock)
        {
            if (_logs.Any(other => other.Task == task && other.Log.Part == log.Part))
                return Task.FromResult(false);
            _logs.Add((task, log));
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<AttemptLogLine>> GetLogAsync(TaskId task, int attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var logs = _logs.Concat(store.Logs).Where(log => log.Task == task && log.Log.Part.Attempt == attempt).OrderBy(log => log.Log.Part.Epoch).ThenBy(log => log.Log.Part.Part);
            return Task.FromResult<IReadOnlyList<AttemptLogLine>>([.. logs.SelectMany(log => log.Log.Lines)]);
        }
    }

    public Task<string> IssueAsync(TaskId task, int attempt, long epoch, CancellationToken cancellationToken) => Task.FromResult($"{task}/{attempt}/{epoch}");

    public Task<long?> ReadAsync(string token, TaskId task, int attempt, CancellationToken cancellationToken) =>
        Task.FromResult(token.StartsWith($"{task}/{attempt}/", StringComparison.Ordinal) ? long.Parse(token.Split('/')[2], System.Globalization.CultureInfo.InvariantCulture) : (long?)null);

    public async Task<EdgeOutcome> AddAsync(TaskId predecessor, TaskId dependent, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(predecessor, cancellationToken) is not { } current)
            return new EdgeOutcome.NoPredecessor();
        if (current.Record.State.IsTerminal())
            return new EdgeOutcome.PredecessorOver(current.Record.State);

        lock (_lock)
            _edges.Add((predecessor, dependent));
        if (TaskDecisions.AddDependent(current.Record) is { } change)
            await store.ApplyAsync(current, change, cancellationToken);
        return new EdgeOutcome.Added();
    }

    public Task<IReadOnlyList<TaskId>> ListAsync(TaskId predecessor, TaskId? after, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<TaskId>>([.. _edges.Where(edge => edge.Predecessor == predecessor && !(edge.Dependent <= after)).Select(edge => edge.Dependent).Take(limit)]);
    }

    public Task AddAsync(TaskId task, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_lock)
            _wakes.Add(new TaskWake(task, at));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TaskWake>> ListDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<TaskWake>>([.. _wakes.Where(wake => wake.At <= until).OrderBy(wake => wake.At).Take(limit)]);
    }

    public Task RemoveAsync(TaskWake wake, CancellationToken cancellationToken)
    {
        lock (_lock)
            _wakes.Remove(wake);
        return Task.CompletedTask;
    }

    public string? FindFault(string url) => url.StartsWith("https://", StringComparison.Ordinal) ? null : "It must begin with https://.";

    public async Task<CallbackAnswer> SendAsync(string url, TaskId task, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Callbacks.Add((url, System.Text.Encoding.UTF8.GetString(body.Span)));
        if (BeforeAnswer is { } before)
            await before();
        return Answers.TryDequeue(out var answer) ? answer : new CallbackAnswer.Delivered();
    }
}
