using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Orchestrations;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>A way through an orchestrator, from which a history is recorded. Only recording looks at it: a replay goes by the file alone.</summary>
/// <param name="Name">Names the file.</param>
/// <param name="Moves">What arrives, turn by turn after the start.</param>
internal sealed record Scenario(string Name, string Orchestrator, object? Input, params Move[] Moves)
{
    public static readonly DateTime Begin = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>The instance id: of a task, its id.</summary>
    public const string Instance = "01KABCDEF0123456789ABCDEFG";

    /// <summary>Its orchestrator as it is now.</summary>
    public static Func<TaskOrchestrationContext, Task> CodeOf(string orchestrator) => orchestrator switch
    {
        nameof(TaskOrchestrator) => TaskOrchestrator.RunAsync,
        nameof(LimiterOrchestrator) => LimiterOrchestrator.RunAsync,
        _ => throw new ArgumentOutOfRangeException(nameof(orchestrator), orchestrator, "There is no such orchestrator any more: raise the hub's name and record anew."),
    };

    /// <summary>Plays it on the present code.</summary>
    public History Record(string hub)
    {
        var input = PlayedContext.Write(Input);
        var player = new HistoryPlayer(CodeOf(Orchestrator), Orchestrator, Instance, input);
        List<Turn> turns = [player.Play(Begin, null)];
        foreach (var move in Moves)
        {
            if (player.IsOver)
                throw new InvalidOperationException($"{Name} is over after turn {turns.Count}; {Moves.Length + 1} were to come.");
            var (arrival, at) = move(player.Context, turns[^1].At.AddSeconds(1));
            turns.Add(player.Play(at, arrival));
        }

        return player.IsOver ? new History(hub, Orchestrator, Instance, input, turns) : throw new InvalidOperationException($"{Name} is not over.");
    }
}

/// <summary>What arrives next, and when, given the time that it would be otherwise.</summary>
internal delegate (Arrival Arrival, DateTime At) Move(PlayedContext context, DateTime at);

/// <summary>What may arrive.</summary>
internal static class Moves
{
    /// <summary>The oldest call comes back.</summary>
    public static Move Answer(object? result) => (context, at) => (new Arrival(ArrivalKind.Result, context.Oldest(isTimer: false), Payload: PlayedContext.Write(result)), at);

    /// <summary>The oldest call has failed for good.</summary>
    public static Move Fail() => (context, at) => (new Arrival(ArrivalKind.Failure, context.Oldest(isTimer: false)), at);

    /// <summary>The oldest timer fires when it is due, or a little before.</summary>
    public static Move Fire(double early = 0) => (context, at) =>
    {
        var timer = context.Oldest(isTimer: true);
        var due = context.FireAt(timer).AddSeconds(-early);
        return (new Arrival(ArrivalKind.Timer, timer), due > at ? due : at);
    };

    /// <summary>Somebody has changed the task.</summary>
    public static Move Raise() => (_, at) => (new Arrival(ArrivalKind.Event, Name: TaskOrchestrator.ChangedEvent, Payload: JsonValue.Create("")), at);
}
