using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Queues;

/// <summary>Keeps a message hidden: renews at half of the time for which it is, until ended. Each renewal gives a new pop receipt.</summary>
internal sealed partial class MessageLease : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task<string> _renewals;

    public MessageLease(MessageDisposal disposal, QueueMessage message, TimeSpan duration, TimeProvider clock, ILogger logger) =>
        _renewals = RenewAsync(disposal, message, duration, clock, logger);

    /// <summary>Stops renewing.</summary>
    /// <returns>The pop receipt that holds now.</returns>
    public async Task<string> EndAsync()
    {
        await _ended.CancelAsync();
        return await _renewals;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ended.Dispose();
    }

    private async Task<string> RenewAsync(MessageDisposal disposal, QueueMessage message, TimeSpan duration, TimeProvider clock, ILogger logger)
    {
        var popReceipt = message.PopReceipt;
        while (true)
        {
            try
            {
                await Task.Delay(duration / 2, clock, _ended.Token);
            }
            catch (OperationCanceledException)
            {
                return popReceipt;
            }

            try
            {
                // Not with the token of the end: a renewal cut off half-way would leave us without the receipt that holds.
                popReceipt = await disposal.HideAsync(message, popReceipt, duration);
            }
            catch (Exception fault) when (fault is RequestFailedException or AggregateException)
            {
                LogRenewalFailed(logger, message.MessageId, fault.Message);
            }
        }
    }

    [LoggerMessage(EventId = 305, Level = LogLevel.Warning, Message = "The message {MessageId} could not be kept hidden; it may be delivered twice: {Reason}")]
    private static partial void LogRenewalFailed(ILogger logger, string messageId, string reason);
}
