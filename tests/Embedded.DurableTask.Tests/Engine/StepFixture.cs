using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Takes steps on a state of its own and keeps the log that they commit.</summary>
public abstract class StepFixture
{
    private readonly List<LogRecord> _log = [];
    private int _executions;

    private protected static DateTime Now { get; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private protected HubState State { get; } = new();

    private protected static ExecutionStarted Started(string id) => new() { ExecutionId = "x-" + id, Name = "Orchestration", CreatedAt = Now };

    private protected static string Text(HubState state) => string.Join(
        '\n',
        state.Orchestrations.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => JsonSerializer.Serialize(i.Value, HubJson.Default.OrchestrationState))
            .Concat(state.Entities.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => JsonSerializer.Serialize(e.Value, HubJson.Default.EntityState))));

    /// <summary>The state that the log gives when it is written and read back.</summary>
    private protected HubState Folded()
    {
        using var group = new LogGroup();
        _log.ForEach(group.Add);
        var state = new HubState();
        foreach (var record in HubJson.ReadGroup(group.Close().Span))
        {
            state.Apply(record);
        }

        return state;
    }

    /// <summary>The first step of the next owner of the hub.</summary>
    private protected Step Resumed(DateTime? now = null)
    {
        var step = new Step(Folded(), now ?? Now, NewExecution);
        step.Resume();
        return step;
    }

    private protected Step Begin(string id) => Do(s => s.Start(id, Started(id), new HashSet<InstanceStatus>(), null));

    private protected Step Take(OrchestrationTurn turn, params Decision[] decisions) =>
        Do(s => s.TurnFinished(turn, new OrchestrationTurnResult(decisions, null)));

    private protected Step Do(Action<Step> input, DateTime? now = null)
    {
        var step = new Step(State, now ?? Now, NewExecution);
        input(step);
        _log.AddRange(step.Records);
        return step;
    }

    private string NewExecution() => $"new{++_executions}";
}
