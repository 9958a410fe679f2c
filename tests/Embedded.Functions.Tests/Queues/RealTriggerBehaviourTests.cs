using System.Collections.Concurrent;
using Embedded.Functions.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Queues;

/// <summary>The section "Triggers" of real-behaviour.md, and what belongs to it.</summary>
public sealed class RealTriggerBehaviourTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Message_WhoseFunctionFails_IsTriedFiveTimesThenLiesInThePoisonQueue()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(FailingFunctions));

        await app.SendAsync("poison");

        Assert.Equal(["poison"], await QueueApp.MessagesAsync(app.Poison, 1));
        Assert.Equal(["1", "2", "3", "4", "5"], await app.SeenAsync(5));
        await app.EmptyAsync();
        Assert.Contains(app.App.Logs.Errors, line => line.Message.EndsWith("(try 5 of 5).", StringComparison.Ordinal) && line.Exception?.Message == "no");
    }

    [Fact]
    public async Task Message_ThatIsNoJsonOfTheParametersClass_IsTriedAndPoisonedLikeAnyFailure()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(ClassFunctions), """{"maxDequeueCount":2}""");

        await app.SendAsync("{");

        Assert.Equal(["{"], await QueueApp.MessagesAsync(app.Poison, 1));
        Assert.Empty(app.Seen);
    }

    [Fact]
    public async Task Message_ThatIsNotBase64_LiesInThePoisonQueueAtOnce_WhereItCanBeRead()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(FailingFunctions));

        await app.Queue.SendMessageAsync("not base64!");

        Assert.Equal(["not base64!"], await QueueApp.MessagesAsync(app.Poison, 1));
        Assert.Empty(app.Seen);
        await app.EmptyAsync();
    }

    [Fact]
    public async Task Message_WhoseLastTryDidNotEnd_IsPoisonedWithoutAnother()
    {
        await using var app = new QueueApp(azurite);
        await app.Queue.CreateAsync();
        await app.SendAsync("killer");
        for (var index = 0; index < 2; index++)
            await ReceiveAsync(app);

        await app.StartAsync(typeof(FailingFunctions), """{"maxDequeueCount":2}""");

        Assert.Equal(["killer"], await QueueApp.MessagesAsync(app.Poison, 1));
        Assert.Empty(app.Seen);
    }

    [Fact]
    public async Task PoisonQueue_HasNoPoisonQueueOfItsOwn()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(PoisonFunctions), """{"maxDequeueCount":1}""");

        await app.Poison.SendMessageAsync(Convert.ToBase64String("still here"u8));

        Assert.Equal(["1"], await app.SeenAsync(1));
        await Eventually.TrueAsync(() => app.App.Logs.Errors.Any(), "the failure is logged");
        Assert.Equal(1, (await app.Poison.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.False((await app.Client(app.Poison.Name + "-poison").ExistsAsync()).Value);
    }

    [Fact]
    public async Task RetryVisibility_OfHostJson_HidesWhatFailed()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(FailingFunctions), """{"visibilityTimeout":"01:00:00"}""");

        await app.SendAsync("later");

        Assert.Equal(["1"], await app.SeenAsync(1));
        await Eventually.TrueAsync(() => app.App.Logs.Errors.Any(), "the failure is logged");
        await app.App.StopAsync();
        Assert.Empty((await app.Queue.ReceiveMessagesAsync()).Value);
        Assert.Equal(["1"], app.Seen);
    }

    [Fact]
    public async Task KilledHost_LeavesItsMessageToTheNext_AfterTheLease()
    {
        await using var app = new QueueApp(azurite);
        await app.Queue.CreateAsync();
        await app.SendAsync("left over");
        Assert.Single((await app.Queue.ReceiveMessagesAsync(1, new QueueSettings().Lease - TimeSpan.FromSeconds(14))).Value);

        await app.StartAsync(typeof(TextFunctions), configure: builder =>
            builder.Services.Replace(ServiceDescriptor.Singleton(new QueueSettings { MaxPollingInterval = TimeSpan.FromSeconds(1) })));

        Assert.Equal(["left over 2"], await app.SeenAsync(1));
    }

    private static Task<int> ReceiveAsync(QueueApp app) => Eventually.ValueAsync(
        async () => (await app.Queue.ReceiveMessagesAsync(1, TimeSpan.FromSeconds(1))).Value.Length, length => length == 1, "the message is received");

    public sealed record Body(int A);

    public sealed class FailingFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] string message, string dequeueCount)
        {
            seen.Enqueue(dequeueCount);
            throw new InvalidOperationException("no");
        }
    }

    public sealed class PoisonFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%-poison")] string message, string dequeueCount)
        {
            seen.Enqueue(dequeueCount);
            throw new InvalidOperationException("no");
        }
    }

    public sealed class TextFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] string message, string dequeueCount) => seen.Enqueue($"{message} {dequeueCount}");
    }

    public sealed class ClassFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] Body message) => seen.Enqueue(message);
    }
}
