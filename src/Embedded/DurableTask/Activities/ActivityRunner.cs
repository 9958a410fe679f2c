using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Orchestrations;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Activities;

/// <summary>Runs the app's activity functions.</summary>
internal sealed class ActivityRunner(FunctionTable functions, DataConverter converter, ILogger<ActivityRunner> logger) : IActivityRunner
{
    /// <summary>The type that stands for an activity that does not exist.</summary>
    public const string NotFound = "ActivityTaskNotFound";

    public async ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (functions.Find(work.Name) is not { } function)
        {
            return new TaskFailed(work.TaskId, new(NotFound, functions.DescribeUnknown(work.Name), NonRetriable: true));
        }

        try
        {
            var result = await InvokeAsync(function, work, cancellationToken);
            return new TaskCompleted(work.TaskId, converter.Serialize(result));
        }
        catch (Exception exception)
        {
            // Code that watches the host's token fails when the host stops; the next owner runs the activity again.
            cancellationToken.ThrowIfCancellationRequested();
            logger.ActivityFailed(exception, work.Name, work.TaskId, work.InstanceId);
            return new TaskFailed(work.TaskId, exception.ToFailure());
        }
    }

    private Task<object?> InvokeAsync(TriggeredFunction function, ActivityWork work, CancellationToken cancellationToken) => function.InvokeAsync(
        new TriggerInvocation
        {
            Value = ReadInput(work.Input, function.TriggerParameter.ParameterType),
            BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = work.InstanceId },
            TraceParent = work.TraceParent,
        },
        cancellationToken);

    // An activity that wants nothing but its invocation may mark that with the trigger.
    private object? ReadInput(string? input, Type type) => type == typeof(FunctionContext) ? null :
        converter.Deserialize(input, type) ?? (type.IsValueType ? Activator.CreateInstance(type) : null);
}
