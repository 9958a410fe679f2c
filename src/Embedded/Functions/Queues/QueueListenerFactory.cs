using System.Security.Cryptography;
using Azure.Storage.Queues;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Queues;

/// <summary>Makes listeners, and gives them what they share.</summary>
internal sealed class QueueListenerFactory(
    QueueSettings settings, QueueSignals signals, IOptions<WorkerOptions> worker, TimeProvider clock, ILogger<QueueListener> logger)
{
    public QueueListener Create(TriggeredFunction function, QueueClient queue)
    {
        var disposal = new MessageDisposal(queue, settings, logger);
        var processor = new MessageProcessor(function, disposal, settings, worker.Value.Serializer!, clock, logger);
        return new QueueListener(queue, processor, settings, signals, new IdleBackoff(settings.MaxPollingInterval, Jitter), clock, logger);
    }

    private static double Jitter() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
