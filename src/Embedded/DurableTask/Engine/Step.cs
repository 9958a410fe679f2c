using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// The engine's pure step: one input against the state gives records to commit and effects to perform when they are durable.
/// No clock, no I/O, no randomness of its own. One object serves one input.
/// </summary>
/// <remarks>
/// The state is changed at once, ahead of storage: later inputs are decided on it, and the log keeps their order. Should the
/// commit never come back, the process has lost its hub and stops. Orchestrator turns (<see cref="Turns"/>) have no effects
/// and may therefore run before the commit, so that what they decide goes into the same one.
/// </remarks>
internal sealed partial class Step(HubState state, DateTime now, Func<string> newExecutionId, IHazards? hazards = null)
{
    /// <summary>The most operations that one batch of an entity takes.</summary>
    public const int MaxBatch = 100;

    private readonly IHazards _hazards = hazards ?? NoHazards.Instance;

    /// <summary>What is to be committed, together and in this order.</summary>
    public List<LogRecord> Records { get; } = [];

    /// <summary>What is to be done after the commit, in this order.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>Orchestrations to be run on, at once.</summary>
    public List<OrchestrationTurn> Turns { get; } = [];

    /// <summary>Moments to come back at.</summary>
    public List<DueTimer> Timers { get; } = [];

    /// <summary>A client starts an instance.</summary>
    /// <param name="replaceable">In which statuses an instance of this id may be replaced; null when the id was made for this start.</param>
    /// <param name="stored">The status of a finished instance of this id that only storage knows; null for none, and when it was not looked for.</param>
    /// <param name="mayBeStored">Whether there may be such an instance although none was looked for.</param>
    /// <returns>Null when it has been started, else the status of the instance in the way.</returns>
    public InstanceStatus? Start(string instanceId, ExecutionStarted start, IReadOnlySet<InstanceStatus>? replaceable, InstanceStatus? stored, bool mayBeStored = false)
    {
        var present = state.Orchestrations.TryGetValue(instanceId, out var instance) ? instance.Status : stored;
        if (present is { } status && (instance is { IsFinished: false } || replaceable?.Contains(status) is not true))
        {
            return status;
        }

        Begin(instanceId, start, replacesStored: mayBeStored || present is not null || state.Purged.Contains(instanceId));
        return null;
    }

    /// <summary>A client sends a message to an instance.</summary>
    public Delivery Send(string instanceId, OrchestrationMessage message)
    {
        if (!state.Orchestrations.TryGetValue(instanceId, out var instance))
        {
            return Delivery.NotFound;
        }

        if (instance.IsFinished)
        {
            return Delivery.Finished;
        }

        Arrive(instance, message is EventRaised raised ? HoldBack(raised) : message);
        return Delivery.Delivered;
    }

    /// <summary>An activity has come back.</summary>
    public void ActivityFinished(ActivityWork work, OrchestrationMessage result) => Answer(work.InstanceId, work.ExecutionId, work.TaskId, result);

    /// <summary>A moment that an earlier step asked for has come.</summary>
    public void TimeHasCome(DueTimer timer)
    {
        // A clock that was set back since the timer fired must not leave behind what it fired for.
        var upTo = timer.At > now ? timer.At : now;
        if (timer.TaskId is { } taskId)
        {
            Answer(timer.Key, timer.ExecutionId!, taskId, new TimerFired(taskId));
        }
        else if (state.Entities.TryGetValue(timer.Key, out var entity))
        {
            TakeDue(entity, upTo);
            RunIfReady(entity);
        }
        else if (state.Orchestrations.TryGetValue(timer.Key, out var instance))
        {
            Release(instance, upTo);
            RunIfReady(instance, upTo);
        }
    }

    /// <summary>Whether the state tells all there is to know of an instance, without asking storage.</summary>
    public bool Knows(string instanceId) => state.Orchestrations.ContainsKey(instanceId) || state.Purged.Contains(instanceId);

    /// <summary>A finished instance, in memory or in storage, is to be removed.</summary>
    /// <returns>False when it lives (again) or has been removed already.</returns>
    public bool Purge(string instanceId)
    {
        if (state.Purged.Contains(instanceId) || (state.Orchestrations.TryGetValue(instanceId, out var instance) && !instance.IsFinished))
        {
            return false;
        }

        Commit(new InstancePurged(instanceId));
        return true;
    }

    /// <summary>Takes up all that was under way when the state was last in a process.</summary>
    public void Resume()
    {
        foreach (var instance in state.Orchestrations.Values.Where(i => !i.IsFinished).ToList())
        {
            Resume(instance);
        }

        foreach (var entity in state.Entities.Values.ToList())
        {
            Resume(entity);
        }
    }

    private void Commit(LogRecord record)
    {
        state.Apply(record);
        Records.Add(record);
    }
}
