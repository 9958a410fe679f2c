using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>The code of an orchestrator has not done the same as before.</summary>
internal sealed class NonDeterministicOrchestrationException : Exception
{
    /// <summary>The type that the real platform names.</summary>
    public const string ErrorType = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    private const string Question = "Was a change made to the orchestrator code after this instance had already started running?";

    private NonDeterministicOrchestrationException(string what)
        : base($"Non-Deterministic workflow detected: {what} {Question}")
    {
    }

    public Failure ToFailure() => new(ErrorType, Message, NonRetriable: true);

    public static NonDeterministicOrchestrationException Missing(Decision recorded) => new(
        $"A previous execution of this orchestration scheduled {Describe(recorded)} with sequence number {recorded.TaskId}, but the current replay execution hasn't (yet?) scheduled this task.");

    public static NonDeterministicOrchestrationException Different(Decision recorded, Decision present) => new(
        $"A previous execution of this orchestration scheduled {Describe(recorded)} with sequence number {recorded.TaskId}, but the current orchestration replay instead scheduled {Describe(present)} with this sequence number.");

    public static NonDeterministicOrchestrationException Additional(Decision present) => new(
        $"The current orchestration replay scheduled {Describe(present)} with sequence number {present.TaskId}, but a previous execution of this orchestration did not.");

    private static string Describe(IReadOnlyList<string> entities) => string.Join(", ", entities.Select(entity => $"'{entity}'"));

    private static string Describe(Decision decision) => decision switch
    {
        ActivityScheduled activity => $"an activity task named '{activity.Name}'",
        SubOrchestrationScheduled child => $"a sub-orchestration task named '{child.Name}'",
        TimerCreated => "a timer task",
        EventSent sent => $"a send event task named '{sent.Name}'",
        EntityCalled call => $"a call of operation '{call.Operation}' of entity '{call.Entity}'",
        EntitySignaled signal => $"a signal of operation '{signal.Operation}' to entity '{signal.Entity}'",
        EntitiesLocked locked => $"a lock of {Describe(locked.Entities)}",
        EntitiesUnlocked unlocked => $"a release of {Describe(unlocked.Entities)}",
        _ => $"a {decision.GetType().Name}",
    };
}
