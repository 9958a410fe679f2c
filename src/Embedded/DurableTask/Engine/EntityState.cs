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

    /// <summary>Operations that have not been run, in the order of their arrival.</summary>
    public List<QueuedOperation> Queue { get; set; } = [];

    /// <summary>Whether a batch is being run now. Belongs to the process, not to the fold.</summary>
    [JsonIgnore]
    public bool BatchRunning { get; set; }

    [JsonIgnore]
    public bool IsGone => State is null && Queue.Count == 0;

    public void Apply(OperationArrived arrived)
    {
        Queue.Add(new QueuedOperation(arrived.Sequence, arrived.Request));
        NextSequence = arrived.Sequence + 1;
    }

    public void Apply(BatchTaken batch)
    {
        var ran = batch.Sequences.ToHashSet();
        Queue.RemoveAll(o => ran.Contains(o.Sequence));
        State = batch.State;
        LastModifiedAt = batch.At;
    }

    /// <summary>The operations whose time has come, oldest first.</summary>
    public IEnumerable<QueuedOperation> Due(DateTime now) => Queue.Where(o => o.Request.DeliverAt is not { } at || at <= now);
}

/// <summary>An operation in an entity's queue.</summary>
internal sealed record QueuedOperation(long Sequence, EntityRequest Request);
