using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Embedded.Functions.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;

namespace Embedded.Functions.Tests.Queues;

public sealed class MessageDisposalTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Success_OfAMessageThatAnotherHasTaken_LeavesItToThatOne()
    {
        var (queue, message) = await ReceivedAsync();
        await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero);

        await new MessageDisposal(queue, new QueueSettings(), NullLogger.Instance).SucceedAsync(message, message.PopReceipt);

        Assert.Equal(1, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task GivingUp_OfAPoisonMessage_KeepsIt()
    {
        var (queue, message) = await ReceivedAsync("-poison");
        var disposal = new MessageDisposal(queue, new QueueSettings(), NullLogger.Instance);

        await disposal.GiveUpAsync(message, message.PopReceipt, message.Body);

        Assert.False(disposal.CanGiveUp);
        Assert.Equal(1, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Lease_ThatCannotBeRenewed_EndsWithTheReceiptThatHeldLast()
    {
        var (queue, message) = await ReceivedAsync();
        var clock = new ManualTimeProvider();
        await using var lease = new MessageLease(
            new MessageDisposal(queue, new QueueSettings(), NullLogger.Instance), message, TimeSpan.FromSeconds(10), clock, NullLogger.Instance);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);

        clock.Advance(TimeSpan.FromSeconds(5));
        await clock.WhenArmedAsync(1);

        Assert.Equal(message.PopReceipt, await lease.EndAsync());
    }

    [Fact]
    public async Task Lease_RenewsAtHalfOfItsTime_WithANewReceipt()
    {
        var (queue, message) = await ReceivedAsync();
        var clock = new ManualTimeProvider();
        await using var lease = new MessageLease(
            new MessageDisposal(queue, new QueueSettings(), NullLogger.Instance), message, TimeSpan.FromSeconds(10), clock, NullLogger.Instance);

        clock.Advance(TimeSpan.FromSeconds(5));
        await clock.WhenArmedAsync(1);
        var receipt = await lease.EndAsync();

        Assert.NotEqual(message.PopReceipt, receipt);
        await queue.DeleteMessageAsync(message.MessageId, receipt);
    }

    private async Task<(QueueClient Queue, QueueMessage Message)> ReceivedAsync(string suffix = "")
    {
        var queue = new QueueClient(azurite.ConnectionString, azurite.UniqueName() + suffix);
        await queue.CreateAsync();
        await queue.SendMessageAsync("x");
        return (queue, (await queue.ReceiveMessagesAsync(1, TimeSpan.FromMinutes(1))).Value[0]);
    }
}
