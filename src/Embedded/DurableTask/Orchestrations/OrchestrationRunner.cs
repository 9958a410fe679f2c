using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Runs the app's orchestrator functions, turn by turn.</summary>
internal sealed class OrchestrationRunner(OrchestrationSettings settings) : IOrchestrationRunner, IDisposable
{
    /// <summary>The type that stands for an orchestrator that does not exist.</summary>
    public const string NotFound = "OrchestratorTaskNotFound";

    private readonly ILogger _logger = settings.LoggerFactory.CreateLogger<OrchestrationRunner>();
    private readonly SessionCache _sessions = new(settings.SessionCapacity);

    public async ValueTask<OrchestrationTurnResult> RunAsync(OrchestrationTurn turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var session = _sessions.Take(turn.InstanceId, turn.ExecutionId);
        if (session is not null && !session.HasSeen(turn.Past))
        {
            session.Drop();
            session = null;
        }

        if (session is null)
        {
            var start = turn.Past.Concat(turn.News).OfType<ExecutionStarted>().FirstOrDefault()
                ?? throw new InvalidOperationException($"The turn of instance '{turn.InstanceId}' has no start of execution '{turn.ExecutionId}'.");
            if (settings.Functions.Find(start.Name) is not { } function)
            {
                var message = settings.Functions.DescribeUnknown(start.Name);
                return Fail(turn, new(NotFound, message, NonRetriable: true), message);
            }

            try
            {
                session = await OrchestrationSession.BeginAsync(function, turn, start, settings, cancellationToken);
            }
            catch (NonDeterministicOrchestrationException exception)
            {
                var failure = exception.ToFailure();
                return Fail(turn, failure, failure.ToOutput());
            }
        }

        return await RunAsync(session, turn, cancellationToken);
    }

    public void Forget(string instanceId, string executionId) => _sessions.Take(instanceId, executionId)?.Drop();

    /// <summary>Ends all invocations that wait for their next turn.</summary>
    public void Dispose() => _sessions.DropAll();

    private async ValueTask<OrchestrationTurnResult> RunAsync(
        OrchestrationSession session, OrchestrationTurn turn, CancellationToken cancellationToken)
    {
        var keep = false;
        try
        {
            var result = await session.RunAsync(turn);
            var last = result.Decisions is [.., var decision] ? decision : null;
            if (last is ExecutionCompleted { Outcome: ExecutionOutcome.Failed } failed)
            {
                // Code that watches the host's token fails when the host stops; the next owner runs the turn again.
                cancellationToken.ThrowIfCancellationRequested();
                _logger.OrchestrationFailed(turn.InstanceId, failed.Output!);
            }

            keep = settings.SessionCapacity > 0 && last is not (ExecutionCompleted or ContinuedAsNew);
            return result;
        }
        finally
        {
            if (keep)
            {
                _sessions.Put(session);
            }
            else
            {
                session.Drop();
            }
        }
    }

    private OrchestrationTurnResult Fail(OrchestrationTurn turn, Failure failure, string output)
    {
        _logger.OrchestrationFailed(turn.InstanceId, output);
        var end = new ExecutionCompleted(ExecutionOutcome.Failed, output, failure) { TaskId = turn.Past.Count(entry => entry is Decision) };
        return new([end], CustomStatus: null);
    }
}
