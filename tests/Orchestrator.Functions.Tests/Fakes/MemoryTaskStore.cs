using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Tasks in memory, with the versions, keys and ages of a real store. Faults can be put in its way.</summary>
internal sealed class MemoryTaskStore(TimeProvider time) : ITaskStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TaskId, Row> _rows = [];
    private readonly Dictionary<string, (TaskId Task, string Hash)> _keys = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>Called before every write; what it throws, the write throws.</summary>
    public Action<TaskChange>? BeforeApply { get; set; }

    /// <summary>Called before every call; what it throws, the call throws.</summary>
    public Action? BeforeCall { get; set; }

    /// <summary>How many tasks were submitted anew.</summary>
    public int Count => _rows.Count;

    public TaskRecord this[TaskId id] => _rows[id].Record;

    public IReadOnlyList<TaskEventType> EventTypes(TaskId id) => [.. _rows[id].Events.Select(entry => entry.Type)];

    public Task<SubmitOutcome> SubmitAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        BeforeCall?.Invoke();
        lock (_lock)
        {
            var hash = submission.ContentHash();
            if (submission.IdempotencyKey is { } key && _keys.TryGetValue(key, out var known))
            {
                return Task.FromResult<SubmitOutcome>(known.Hash == hash
                    ? new SubmitOutcome.Existing(Stored(_rows[known.Task]))
                    : new SubmitOutcome.KeyConflict(known.Task));
            }

            if (submission.Name is { } name && _rows.Values.FirstOrDefault(row => row.Record.Name == name) is { } named)
                return Task.FromResult<SubmitOutcome>(new SubmitOutcome.NameTaken(named.Record.Id));

            var change = TaskDecisions.Submit(TestTasks.Id(++_last), submission);
            var row = new Row(change.After, 1, [.. change.Events], time.GetTimestamp());
            _rows.Add(change.After.Id, row);
            if (submission.IdempotencyKey is not null)
                _keys.Add(submission.IdempotencyKey, (change.After.Id, hash));
            return Task.FromResult<SubmitOutcome>(new SubmitOutcome.Created(Stored(row)));
        }
    }

    public Task<TaskId?> FindKeyAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<TaskId?>(submission.IdempotencyKey is { } key && _keys.TryGetValue(key, out var known) ? known.Task : null);
    }

    public Task<StoredTask?> GetAsync(TaskId id, CancellationToken cancellationToken)
    {
        BeforeCall?.Invoke();
        lock (_lock)
            return Task.FromResult(_rows.TryGetValue(id, out var row) ? Stored(row) : null);
    }

    public Task<StoredTask?> GetRecentAsync(TaskId id, CancellationToken cancellationToken) => GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<TaskEvent>> GetEventsAsync(TaskId id, int after, CancellationToken cancellationToken)
    {
        BeforeCall?.Invoke();
        lock (_lock)
            return Task.FromResult<IReadOnlyList<TaskEvent>>(_rows.TryGetValue(id, out var row) ? [.. row.Events.Where(entry => entry.Number > after)] : []);
    }

    public Task<TaskListing> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        BeforeCall?.Invoke();
        if (query.ContinuationToken == "forged")
            return Task.FromResult<TaskListing>(new TaskListing.InvalidToken());
        lock (_lock)
        {
            // A token names the last task of its page.
            var before = query.ContinuationToken is { } token && TaskId.TryParse(token.Split(' ')[^1], out var last) ? last : (TaskId?)null;
            var all = _rows.Values.Select(row => row.Record).Where(query.Matches).Where(task => !(task.Id >= before))
                .OrderByDescending(task => task.Id).Select(task => task with { Input = null, Output = null }).ToList();
            return Task.FromResult<TaskListing>(new TaskListing.Page([.. all.Take(query.PageSize)], all.Count > query.PageSize ? $"more {all[query.PageSize - 1].Id}" : null));
        }
    }

    public Task<ApplyOutcome> ApplyAsync(StoredTask current, TaskChange change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeforeCall?.Invoke();
        BeforeApply?.Invoke(change);
        lock (_lock)
        {
            var row = _rows[current.Record.Id];
            if (Stored(row).Version != current.Version)
                return Task.FromResult<ApplyOutcome>(new ApplyOutcome.Conflict());

            var next = new Row(change.After, row.Version + 1, [.. row.Events, .. change.Events], time.GetTimestamp());
            _rows[current.Record.Id] = next;
            if (change.Log is { } log)
                Logs.Add((current.Record.Id, log));
            return Task.FromResult<ApplyOutcome>(new ApplyOutcome.Applied(Stored(next)));
        }
    }

    public Task<IReadOnlyList<TaskId>> ListUnstartedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        BeforeCall?.Invoke();
        lock (_lock)
            return Task.FromResult<IReadOnlyList<TaskId>>([.. _rows.Values.Where(row => row.Record.Unstarted && row.Record.CreatedAt < before).Select(row => row.Record.Id).Order().Take(limit)]);
    }

    /// <summary>What was written with changes of what attempts have said.</summary>
    public List<(TaskId Task, AttemptLog Log)> Logs { get; } = [];

    public Task<TaskId?> FindNameAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_rows.Values.Where(row => row.Record.Name == name).Select(row => (TaskId?)row.Record.Id).FirstOrDefault());
    }

    public Task<DeleteOutcome> DeleteAsync(TaskId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(id, out var row))
                return Task.FromResult<DeleteOutcome>(new DeleteOutcome.NotFound());
            if (!row.Record.State.IsTerminal())
                return Task.FromResult<DeleteOutcome>(new DeleteOutcome.NotFinished(row.Record));

            _rows.Remove(id);
            return Task.FromResult<DeleteOutcome>(new DeleteOutcome.Deleted());
        }
    }

    public Task<TaskCounts> CountAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(new TaskCounts(
                _rows.Values.GroupBy(row => row.Record.State).ToDictionary(group => group.Key, group => (long)group.Count()),
                _rows.Values.GroupBy(row => row.Record.Type).ToDictionary(group => group.Key, group => (long)group.Count()),
                time.GetUtcNow(),
                IsPartial: false));
        }
    }

    private StoredTask Stored(Row row) => new(row.Record, new TaskVersion($"{row.Version}"), time.GetElapsedTime(row.WrittenAt));

    private sealed record Row(TaskRecord Record, int Version, IReadOnlyList<TaskEvent> Events, long WrittenAt);
}
