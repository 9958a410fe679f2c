using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Azure.Storage.Queues.Specialized;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Queues;

/// <summary>What becomes of a message after its function ran.</summary>
internal sealed partial class MessageDisposal(QueueClient queue, QueueSettings settings, ILogger logger)
{
    private const string PoisonSuffix = "-poison";

    /// <summary>How long a failed message of a poison queue itself stays hidden: it has no further queue to go to.</summary>
    private static readonly TimeSpan PoisonRetry = TimeSpan.FromMinutes(10);

    private readonly QueueClient? _poison = queue.Name.EndsWith(PoisonSuffix, StringComparison.Ordinal)
        ? null
        : queue.GetParentQueueServiceClient().GetQueueClient(queue.Name + PoisonSuffix);

    /// <summary>Whether there is a poison queue: a poison queue itself has none, so its messages are tried for ever.</summary>
    public bool CanGiveUp => _poison is not null;

    public Task SucceedAsync(QueueMessage message, string popReceipt) => DeleteAsync(message, popReceipt);

    /// <summary>Lets the message be tried again, or gives it up after the last try.</summary>
    public async Task FailAsync(QueueMessage message, string popReceipt, BinaryData body)
    {
        if (_poison is null)
            await HideAsync(message, popReceipt, PoisonRetry);
        else if (message.DequeueCount >= settings.MaxDequeueCount)
            await GiveUpAsync(message, popReceipt, body);
        else
            await HideAsync(message, popReceipt, settings.VisibilityTimeout);
    }

    /// <summary>Moves the message to the poison queue: its body is there before it is gone here.</summary>
    public async Task GiveUpAsync(QueueMessage message, string popReceipt, BinaryData body)
    {
        if (_poison is null)
        {
            await HideAsync(message, popReceipt, PoisonRetry);
            return;
        }

        await QueueSending.SendAsync(_poison, MessageBody.Encode(body, settings.Encoding), CancellationToken.None);
        await DeleteAsync(message, popReceipt);
        LogPoisoned(logger, message.MessageId, message.DequeueCount, _poison.Name);
    }

    /// <returns>The pop receipt that holds from now on.</returns>
    public async Task<string> HideAsync(QueueMessage message, string popReceipt, TimeSpan duration) =>
        (await queue.UpdateMessageAsync(message.MessageId, popReceipt, visibilityTimeout: duration)).Value.PopReceipt;

    private async Task DeleteAsync(QueueMessage message, string popReceipt)
    {
        try
        {
            await queue.DeleteMessageAsync(message.MessageId, popReceipt);
        }
        catch (RequestFailedException fault) when (fault.Status == 404 || fault.ErrorCode == QueueErrorCode.PopReceiptMismatch)
        {
            // Gone already, or taken by another since our lease ran out: that one sees to it.
        }
    }

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "The message {MessageId} was given up at try {Try} and lies in the queue '{Queue}'.")]
    private static partial void LogPoisoned(ILogger logger, string messageId, long @try, string queue);
}
