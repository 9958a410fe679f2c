using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Queues;

/// <summary><c>[QueueOutput]</c>: complete when every message is in the queue.</summary>
internal sealed class QueueOutputs(QueueClients clients, QueueSettings settings, QueueSignals signals, IOptions<WorkerOptions> worker) : IOutputBinding
{
    public bool Handles(Attribute attribute) => attribute is QueueOutputAttribute;

    public Func<object, CancellationToken, Task> Bind(FunctionDescriptor function, OutputDescriptor output)
    {
        var attribute = (QueueOutputAttribute)output.Attribute;
        var queue = clients.Get(function.Name, attribute.QueueName, attribute.Connection);
        return async (value, cancellationToken) =>
        {
            foreach (var body in await MessageBody.FromOutputAsync(value, worker.Value.Serializer!, cancellationToken))
                await QueueSending.SendAsync(queue, MessageBody.Encode(body, settings.Encoding), cancellationToken);
            signals.Notify(queue.Uri);
        };
    }
}
