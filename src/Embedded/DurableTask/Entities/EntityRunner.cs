using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Orchestrations;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Entities;

/// <summary>Runs the app's entity functions.</summary>
internal sealed class EntityRunner(FunctionTable functions, DataConverter converter, TimeProvider time, ILogger<EntityRunner> logger) : IEntityRunner
{
    /// <summary>The type that stands for an entity function that does not exist.</summary>
    public const string NotFound = "EntityFunctionNotFound";

    /// <summary>The type that stands for an entity function that failed before or outside of its operations.</summary>
    public const string InvocationFailed = "FunctionInvocationFailed";

    public async ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = EntityInstanceId.FromString(batch.Entity).Name;
        if (functions.Find(name) is not { } function)
        {
            return FailAll(batch, new(NotFound, functions.DescribeUnknown(name), NonRetriable: true), null);
        }

        var execution = new EntityBatchExecution(batch, converter, time, logger);
        Exception? thrown = null;
        try
        {
            await InvokeAsync(function, execution, batch, cancellationToken);
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        if (thrown is not null || execution.Result?.Outcomes.All(outcome => outcome.Failure is null) is not true)
        {
            // Code that watches the host's token fails when the host stops; the next owner runs the batch again.
            cancellationToken.ThrowIfCancellationRequested();
        }

        return execution.Result ?? FailAll(batch, NotRun(function, thrown), thrown);
    }

    private static Task<object?> InvokeAsync(
        TriggeredFunction function, EntityBatchExecution execution, EntityBatch batch, CancellationToken cancellationToken)
    {
        var dispatcher = new TaskEntityDispatcher(execution);
        return function.InvokeAsync(
            new TriggerInvocation
            {
                Value = dispatcher,
                BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = batch.Entity },
                AroundMethod = (context, method) =>
                {
                    dispatcher.Services = context.InstanceServices;
                    return method();
                },
            },
            cancellationToken);
    }

    private static Failure NotRun(TriggeredFunction function, Exception? thrown) => new(
        InvocationFailed,
        $"Invocation of function '{function.Name}' failed with an exception.",
        Inner: (thrown ?? new InvalidOperationException(
            $"The entity function '{function.Name}' returned without dispatching its operations; it must await {nameof(TaskEntityDispatcher)}.{nameof(TaskEntityDispatcher.DispatchAsync)}.")).ToFailure(),
        NonRetriable: true);

    private EntityBatchResult FailAll(EntityBatch batch, Failure failure, Exception? exception)
    {
        logger.BatchFailed(exception, batch.Requests.Count, batch.Entity, failure.Message);
        return new(batch.State, [.. batch.Requests.Select(_ => new EntityOutcome(null, failure))], []);
    }
}
