using Embedded.DurableTask.Orchestrations;
using Microsoft.Azure.Functions.Worker;

namespace Microsoft.DurableTask;

/// <summary>What the Functions host adds to orchestrations.</summary>
public static class TaskOrchestrationContextExtensionMethods
{
    /// <summary>The invocation that runs the orchestrator; null when it is none of the host's.</summary>
    public static FunctionContext? GetFunctionContext(this TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context as OrchestratorContext)?.FunctionContext;
    }
}
