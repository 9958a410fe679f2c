using Azure;
using Azure.Storage.Queues;

namespace Embedded.Functions.Queues;

internal static class QueueSending
{
    /// <summary>How queues write "for ever".</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    /// <summary>Sends a message that never expires, to a queue that is created if it is not there.</summary>
    public static async Task SendAsync(QueueClient queue, string body, CancellationToken cancellationToken)
    {
        try
        {
            await queue.SendMessageAsync(body, timeToLive: Forever, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queue.SendMessageAsync(body, timeToLive: Forever, cancellationToken: cancellationToken);
        }
    }
}
