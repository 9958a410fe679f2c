using System.Text.Json.Nodes;
using Microsoft.DurableTask;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>Runs an orchestrator's code turn by turn.</summary>
internal sealed class HistoryPlayer(Func<TaskOrchestrationContext, Task> code, string orchestrator, string instance, JsonNode? input)
{
    private readonly HistoryPump _pump = new();
    private Task? _run;

    public PlayedContext Context { get; } = new(orchestrator, instance, input);

    /// <summary>Whether there is nothing more to be told.</summary>
    public bool IsOver => _run is { IsCompleted: true };

    /// <summary>Why the code cannot take up what is recorded; null: it can.</summary>
    public static string? FindDifference(History history, Func<TaskOrchestrationContext, Task> code)
    {
        var player = new HistoryPlayer(code, history.Orchestrator, history.Instance, history.Input);
        var number = 0;
        foreach (var turn in history.Turns)
        {
            var present = player.Play(turn.At, turn.Arrived).Decided;
            foreach (var (recorded, now) in turn.Decided.Zip(present))
            {
                if (recorded.FindDifference(now) is { } difference)
                    return $"#{number}, {difference}";
                number++;
            }

            if (present.Count > turn.Decided.Count)
                return $"#{number}, {Decision.Describe(present[turn.Decided.Count])}, is new";
            if (present.Count < turn.Decided.Count)
                return $"#{number}, {Decision.Describe(turn.Decided[present.Count])}, is not there any more";
        }

        return null;
    }

    /// <summary>Runs a turn.</summary>
    public Turn Play(DateTime at, Arrival? arrival)
    {
        Context.Now = at;
        _pump.Run(() =>
        {
            if (arrival is null)
                _run = code(Context);
            else
                Context.Deliver(arrival);
        });
        var decided = Context.TakeDecided();
        return new Turn(at, arrival, IsOver ? [.. decided, End()] : decided);
    }

    private Decision End() => _run switch
    {
        { Exception.InnerException: { } exception } => new Decision(DecisionKind.Fail, $"{exception.GetType().Name}: {exception.Message}"),
        _ => Context.Again ?? new Decision(DecisionKind.End),
    };
}
