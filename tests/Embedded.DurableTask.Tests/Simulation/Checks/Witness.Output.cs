using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Tests.Simulation.Code;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>What a plan that has completed must have done: every step once, in order, its events in the order of their arrival.</content>
internal sealed partial class Witness
{
    private void CheckOutput(string output, OrchestrationState instance)
    {
        var plan = Plan.Parse(instance.Start.Input!);
        var tokens = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var expected = _stepsOf[plan.Nonce].SelectMany(Kinds).ToList();
        verdict.Require(
            expected.SequenceEqual(tokens.Select(t => t[0])),
            $"'{instance.InstanceId}' should have done {string.Join(' ', expected)}, and has done {output}.");
        var consumed = tokens.Where(t => t[0] == 'e').Select(t => t[2..]).ToList();
        verdict.Require(
            consumed.SequenceEqual(_eventsOf[instance.InstanceId].Take(consumed.Count)),
            $"'{instance.InstanceId}' has consumed {string.Join(' ', consumed)} of {string.Join(' ', _eventsOf[instance.InstanceId])}.");
    }

    private static IEnumerable<char> Kinds(string step) =>
        Enumerable.Repeat(step[0], step[0] is 'f' or 'e' ? int.Parse(step[2..], null) : 1);
}
