using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Code;

/// <summary>The user code of one process: plans, activities that take their time, and counters.</summary>
internal sealed class PlannedCode(SimulatedProcess process, Witness witness, Random draw, Trace trace) : IOrchestrationRunner, IActivityRunner, IEntityRunner
{
    private readonly HashSet<(string ExecutionId, int TaskId)> _begun = [];

    public async ValueTask<OrchestrationTurnResult> RunAsync(OrchestrationTurn turn, CancellationToken cancellationToken)
    {
        process.Context.RequireInside();
        if (draw.Next(12) == 0)
        {
            // Long enough now and then for something to arrive meanwhile.
            await DelayAsync(0.001, draw.Next(4) == 0 ? 1 : 0.02, cancellationToken);
        }

        var past = turn.Past.OfType<Decision>().ToList();
        var (decisions, customStatus) = PlanRun.Run([.. turn.Past, .. turn.News]);
        witness.RequireSame(past, decisions, turn.InstanceId);
        return new OrchestrationTurnResult([.. decisions.Skip(past.Count)], customStatus);
    }

    public void Forget(string instanceId, string executionId)
    {
        // Nothing is kept.
    }

    public async ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken)
    {
        process.Context.RequireInside();
        var run = witness.Begin(work, process, isFirstHere: _begun.Add((work.ExecutionId, work.TaskId)));
        trace.Write(process.Name, $"run {run} of {work.InstanceId}/{work.TaskId} begins");
        await DelayAsync(0.001, draw.Next(10) == 0 ? 5 : 0.1, cancellationToken);
        trace.Write(process.Name, $"run {run} ends");
        switch (work.Input)
        {
            case "boom":
                return witness.End(work, new TaskFailed(work.TaskId, new Failure("Planned", run)));
            case "throw":
                witness.End(work, new TaskFailed(work.TaskId, new Failure("Planned", run)));
                throw new InvalidOperationException(run);
            case "big":
                return witness.End(work, new TaskCompleted(work.TaskId, $"{run} {Payloads.Create(run, 900)}"));
            default:
                return witness.End(work, new TaskCompleted(work.TaskId, run));
        }
    }

    public async ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        process.Context.RequireInside();
        witness.RequireArrived(batch);
        if (draw.Next(4) == 0)
        {
            await DelayAsync(0.001, 0.2, cancellationToken);
        }

        return CounterEntity.Run(batch.State, batch.Requests);
    }

    private Task DelayAsync(double least, double most, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(least + (draw.NextDouble() * (most - least))), process.Clock, cancellationToken);
}
