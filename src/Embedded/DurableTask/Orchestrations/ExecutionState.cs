using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>What one execution of an orchestration knows; its code changes it through <see cref="OrchestratorContext"/>.</summary>
internal sealed class ExecutionState(string instanceId, ExecutionStarted start, DataConverter converter, bool abandonedWaitsTakeEvents)
{
    private int _guids;

    public string InstanceId { get; } = instanceId;

    public ExecutionStarted Start { get; } = start;

    public DataConverter Converter { get; } = converter;

    public TurnPump Pump { get; } = new();

    public DecisionLog Decisions { get; } = new();

    public OpenTasks Open { get; } = new();

    public ExternalEvents Events { get; } = new(converter, abandonedWaitsTakeEvents);

    /// <summary>The beginning of the present turn, UTC.</summary>
    public DateTime Now { get; set; }

    public bool IsReplaying { get; set; }

    public CustomStatus CustomStatus { get; } = new();

    /// <summary>Null while the code has not asked to start over.</summary>
    public StartOver? StartOver { get; set; }

    /// <summary>An id that no other execution and no other call gets.</summary>
    public Guid NextGuid() => DeterministicGuid.Create($"{InstanceId}_{Start.ExecutionId}_{_guids++}");
}

/// <summary>With what an orchestration starts over. Events that arrive after that was decided go to the next execution.</summary>
internal sealed record StartOver(string? Input, string? Version, List<EventRaised> CarriedOver);
