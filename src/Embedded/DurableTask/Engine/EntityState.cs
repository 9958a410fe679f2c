using System.Text.Json.Serialization;
using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Engine;

/// <summary>One entity: the fold of its records. It is gone when it has no state, no queue and no lock.</summary>
internal sealed class EntityState
{
    /// <summary><c>@name@key</c>, the name in lower case.</summary>
    public required string Entity { get; init; }

    /// <summary>JSON; null for none.</summary>
    public string? State { get; set; }

    /// <summary>When it last ran a batch or was locked or unlocked; the default value when it never was.</summary>
    public DateTime LastModifiedAt { get; set; }

    /// <summary>The number that the next operation in the queue gets.</summary>
    public long NextSequence { get; set; }

    /// <summary>Operations that have not been run, in the order in which they will be; among them those that wait for their time.</summary>
    public List<QueuedOperation> Queue { get; set; } = [];

    /// <summary>
    /// The decision that holds a lock on it; null for none. While there is one, only operations of its execution are run; they
    /// stand at the front of the queue.
    /// </summary>
    public EntityCaller? LockedBy { get; set; }

    /// <summary>Whether a batch is being run now. Belongs to the process, not to the fold.</summary>
    [JsonIgnore]
    public bool BatchRunning { get; set; }

    /// <summary>Operations that wait for their time, and are not in the queue's order yet.</summary>
    [JsonIgnore]
    public IEnumerable<QueuedOperation> Scheduled => Queue.Where(o => o.Request.DeliverAt is not null);

    /// <summary>Operations that wait for their turn, or are being run now, in order.</summary>
    [JsonIgnore]
    public IEnumerable<QueuedOperation> Waiting => Queue.Where(o => o.Request.DeliverAt is null);

    [JsonIgnore]
    public bool IsGone => State is null && Queue.Count == 0 && LockedBy is null;

    /// <summary>The request for a lock whose turn it is; null for none.</summary>
    [JsonIgnore]
    public QueuedOperation? NextLock => LockedBy is null && Waiting.FirstOrDefault() is { Request.IsLock: true } request ? request : null;

    public void Apply(OperationArrived arrived)
    {
        var operation = new QueuedOperation(arrived.Sequence, arrived.Request);
        if (IsOfHolder(operation))
        {
            Queue.Insert(Queue.FindLastIndex(IsOfHolder) + 1, operation);
        }
        else
        {
            Queue.Add(operation);
        }

        NextSequence = arrived.Sequence + 1;
    }

    public void Apply(OperationsDue due)
    {
        var sequences = due.Sequences.ToHashSet();
        var waited = Queue.Where(o => sequences.Contains(o.Sequence)).ToDictionary(o => o.Sequence);
        Queue.RemoveAll(o => sequences.Contains(o.Sequence));
        Queue.AddRange(due.Sequences.Where(waited.ContainsKey).Select(s => waited[s]).Select(o => o with { Request = o.Request with { DeliverAt = null } }));
    }

    public void Apply(BatchTaken batch)
    {
        var ran = batch.Sequences.ToHashSet();
        Queue.RemoveAll(o => ran.Contains(o.Sequence));
        State = batch.State;
        LastModifiedAt = batch.At;
    }

    public void Apply(LockGranted granted)
    {
        LockedBy = Queue.Find(o => o.Sequence == granted.Sequence)?.Request.Caller;
        Queue.RemoveAll(o => o.Sequence == granted.Sequence);
        LastModifiedAt = granted.At;
    }

    public void Apply(LockReleased released)
    {
        if (LockedBy == released.Holder)
        {
            LockedBy = null;
            LastModifiedAt = released.At;
        }

        Queue.RemoveAll(o => o.Request.IsLock && o.Request.Caller == released.Holder);
    }

    /// <summary>Whether this decision has a lock on it, or waits for one.</summary>
    public bool IsLockedOrAwaitedBy(EntityCaller holder) =>
        LockedBy == holder || Queue.Exists(o => o.Request.IsLock && o.Request.Caller == holder);

    /// <summary>The operations whose turn it is, in order: none that stands behind a request for a lock, or behind somebody else's lock.</summary>
    public IReadOnlyList<QueuedOperation> NextBatch(int max) =>
        [.. Waiting.TakeWhile(o => !o.Request.IsLock && (LockedBy is null || IsOfHolder(o))).Take(max)];

    private bool IsOfHolder(QueuedOperation operation) => LockedBy is not null && LockedBy.IsOfSameExecution(operation.Request.Caller);
}

/// <summary>An operation in an entity's queue.</summary>
internal sealed record QueuedOperation(long Sequence, EntityRequest Request);
