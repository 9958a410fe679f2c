using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Simulation.Time;

namespace Embedded.DurableTask.Tests.Simulation.Code;

/// <summary>
/// The one kind of entity: its state are the ids of the operations that it has counted, in their order. A pure function, so that
/// what a batch must have given can be worked out again.
/// </summary>
/// <remarks>
/// Operations: <c>add</c> counts its id and answers with how many there are; <c>get</c> answers only; <c>fail</c> fails;
/// <c>reset</c> answers, and leaves nothing; <c>relay</c> signals <c>add</c> to another entity; <c>start</c> starts an orchestration.
/// </remarks>
internal static class CounterEntity
{
    /// <summary>Where a relay goes.</summary>
    public const string RelayTarget = "@counter@relayed";

    public static EntityBatchResult Run(string? state, IEnumerable<EntityRequest> requests)
    {
        var outcomes = new List<EntityOutcome>();
        var actions = new List<EntityAction>();
        foreach (var request in requests)
        {
            var counted = state is null ? 0 : state.Count(c => c == ' ') + 1;
            switch (request.Operation)
            {
                case "add":
                    state = state is null ? request.Input : $"{state} {request.Input}";
                    outcomes.Add(new EntityOutcome($"{request.Input}:{counted + 1}", null));
                    break;
                case "fail":
                    outcomes.Add(new EntityOutcome(null, new Failure("Planned", $"fails {request.Input}")));
                    break;
                case "reset":
                    state = null;
                    outcomes.Add(new EntityOutcome($"{request.Input}:{counted}", null));
                    break;
                case "relay":
                    actions.Add(new EntitySignalAction(RelayTarget, new EntityRequest("add", request.Input + "r", null)));
                    outcomes.Add(new EntityOutcome($"{request.Input}:{counted}", null));
                    break;
                case "start":
                    actions.Add(Start(request.Input + "s"));
                    outcomes.Add(new EntityOutcome($"{request.Input}:{counted}", null));
                    break;
                default:
                    outcomes.Add(new EntityOutcome($"{request.Input}:{counted}", null));
                    break;
            }
        }

        return new EntityBatchResult(state, outcomes, actions);
    }

    private static EntityStartAction Start(string nonce) => new(nonce, new ExecutionStarted
    {
        ExecutionId = "e" + nonce,
        Name = Plan.Name,
        Input = Plan.First(nonce, ["a:ok"]).ToString(),
        CreatedAt = VirtualClock.Beginning.UtcDateTime,
    });
}
