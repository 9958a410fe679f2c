using System.Text.Json.Serialization;
using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Engine;

/// <summary>One entity: the fold of its records. It is gone when it has neither a state nor a queue.</summary>
internal sealed class EntityState
{
    /// <summary><c>@name@key</c>, the name in lower case.</summary>
    public required string Entity { get; init; }

    /// <summary>JSON; null for none.</summary>
    public string? State { get; set; }

    public DateTime LastModifiedAt { get; set; }

    /// <summary>The number that the next operation in the queue gets.</summary>
    public long NextSequence { get; set; }

    /// <summary>Operations that have not been run, in the order in which they will be; among them those that wait for their time.</summary>
    public List<QueuedOperation> Queue { get; set; } = [];

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
    public bool IsGone => State is null && Queue.Count == 0;

    public void Apply(OperationArrived arrived)
    {
        Queue.Add(new QueuedOperation(arrived.Sequence, arrived.Request));
        NextSequence = arrived.Sequence + 1;
    }

    public void Apply(OperationsDue due)
    {
        var waited = due.Sequences.SelectMany(s => Queue.Where(o => o.Sequence == s)).ToList();
        Queue.RemoveAll(waited.Contains);
        Queue.AddRange(waited.Select(o => o with { Request = o.Request with { DeliverAt = null } }));
    }

    public void Apply(BatchTaken batch)
    {
        var ran = batch.Sequences.ToHashSet();
        Queue.RemoveAll(o => ran.Contains(o.Sequence));
        State = batch.State;
        LastModifiedAt = batch.At;
    }

    /// <summary>The operations whose turn it is, in order.</summary>
    public IReadOnlyList<QueuedOperation> NextBatch(int max) => [.. Waiting.Take(max)];
}

/// <summary>An operation in an entity's queue.</summary>
internal sealed record QueuedOperation(long Sequence, EntityRequest Request);
