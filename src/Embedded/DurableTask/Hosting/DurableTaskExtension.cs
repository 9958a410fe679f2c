using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Orchestrations;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Hosting;

/// <summary>Brings orchestration, activity and entity triggers to the host, and runs the task hub while the host runs.</summary>
internal sealed class DurableTaskExtension(
    DurableTaskFunctions functions,
    DurableTaskOptions options,
    ITaskHubHost hub,
    OrchestrationRunner orchestrations,
    IActivityRunner activities,
    IEntityRunner entities) : ITriggerExtension
{
    public bool Handles(Attribute triggerAttribute) =>
        triggerAttribute is OrchestrationTriggerAttribute or ActivityTriggerAttribute or EntityTriggerAttribute;

    public void Add(TriggeredFunction function)
    {
        switch (function.TriggerAttribute)
        {
            case OrchestrationTriggerAttribute trigger:
                RequireParameter(function, typeof(TaskOrchestrationContext));
                functions.Orchestrators.Add(trigger.Orchestration, function);
                break;
            case EntityTriggerAttribute trigger:
                RequireParameter(function, typeof(TaskEntityDispatcher));
                functions.Entities.Add(trigger.EntityName, function);
                break;
            case ActivityTriggerAttribute trigger:
                functions.Activities.Add(trigger.Activity, function);
                break;
        }
    }

    public bool Offers(TriggeredFunction function, string bindingDataName) =>
        string.Equals(bindingDataName, "instanceId", StringComparison.OrdinalIgnoreCase);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        options.ThrowIfFaulty();
        return hub.StartAsync(orchestrations, activities, entities, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await hub.StopAsync(cancellationToken);
        orchestrations.Dispose();
    }

    private static void RequireParameter(TriggeredFunction function, Type type)
    {
        if (function.TriggerParameter.ParameterType != type)
        {
            throw new FunctionBindingException(
                function.Name,
                $"its parameter '{function.TriggerParameter.Name}' is a {function.TriggerParameter.ParameterType}; with this trigger it must be a {type}.");
        }
    }
}
