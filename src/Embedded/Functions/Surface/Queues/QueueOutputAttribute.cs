using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Sends the function's result, or a property of it, to a queue: collections as one message for each element, null as none.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class QueueOutputAttribute(string queueName) : OutputBindingAttribute
{
    public string QueueName { get; } = queueName;

    /// <inheritdoc cref="QueueTriggerAttribute.Connection"/>
    public string? Connection { get; set; }
}
