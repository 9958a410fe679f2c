using Azure.Core.Serialization;
using Azure.Storage.Queues.Models;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Queues;

/// <summary>Runs a function for one message, keeps the message hidden meanwhile, and disposes of it by the outcome.</summary>
internal sealed partial class MessageProcessor(
    TriggeredFunction function, MessageDisposal disposal, QueueSettings settings, ObjectSerializer serializer, TimeProvider clock, ILogger logger)
{
    /// <summary>Never throws.</summary>
    public async Task ProcessAsync(QueueMessage message)
    {
        try
        {
            await ProcessOrThrowAsync(message);
        }
        catch (Exception fault)
        {
            // The message comes back when its lease ends.
            LogDisposalFailed(logger, function.Name, message.MessageId, fault.Message);
        }
    }

    private async Task ProcessOrThrowAsync(QueueMessage message)
    {
        if (MessageBody.Decode(message.Body, settings.Encoding) is not { } body)
        {
            LogUndecodable(logger, function.Name, message.MessageId);
            await disposal.GiveUpAsync(message, message.PopReceipt, message.Body);
            return;
        }

        if (message.DequeueCount > settings.MaxDequeueCount && disposal.CanGiveUp)
        {
            // Its last try did not even come to an end: the process died of it, or with it.
            await disposal.GiveUpAsync(message, message.PopReceipt, body);
            return;
        }

        await using var lease = new MessageLease(disposal, message, settings.Lease, clock, logger);
        var succeeded = await InvokeAsync(message, body);
        var popReceipt = await lease.EndAsync();
        if (succeeded)
            await disposal.SucceedAsync(message, popReceipt);
        else
            await disposal.FailAsync(message, popReceipt, body);
    }

    private async Task<bool> InvokeAsync(QueueMessage message, BinaryData body)
    {
        try
        {
            var invocation = new TriggerInvocation
            {
                Value = await MessageBody.ToParameterAsync(body, function.TriggerParameter.ParameterType, serializer, CancellationToken.None),
                BindingData = QueueMessageData.Of(message, body),
                RetryCount = (int)message.DequeueCount - 1,
            };
            await function.InvokeAsync(invocation, CancellationToken.None);
            return true;
        }
        catch (Exception fault)
        {
            LogFailed(logger, function.Name, message.MessageId, message.DequeueCount, settings.MaxDequeueCount, fault);
            return false;
        }
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Error, Message = "The function '{Function}' failed for the message {MessageId} (try {Try} of {Tries}).")]
    private static partial void LogFailed(ILogger logger, string function, string messageId, long @try, int tries, Exception fault);

    [LoggerMessage(EventId = 303, Level = LogLevel.Error,
        Message = "The message {MessageId} for the function '{Function}' is not base64 (messageEncoding of host.json); it goes to the poison queue as it is.")]
    private static partial void LogUndecodable(ILogger logger, string function, string messageId);

    [LoggerMessage(EventId = 304, Level = LogLevel.Warning,
        Message = "The message {MessageId} for the function '{Function}' could not be disposed of, so it will come back: {Reason}")]
    private static partial void LogDisposalFailed(ILogger logger, string function, string messageId, string reason);
}
