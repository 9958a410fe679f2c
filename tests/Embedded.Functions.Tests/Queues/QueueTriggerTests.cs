using System.Collections.Concurrent;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Queues;
using Embedded.Functions.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Queues;

public sealed class QueueTriggerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData(typeof(TextFunctions), "{\"A\":1}")]
    [InlineData(typeof(DataFunctions), "{\"A\":1}")]
    [InlineData(typeof(BytesFunctions), "{\"A\":1}")]
    [InlineData(typeof(ClassFunctions), "Body { A = 1 }")]
    public async Task Message_IsGivenAsTheParametersType_AndDeleted(Type functions, string expected)
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(functions);

        await app.SendAsync("""{"A":1}""");

        Assert.Equal([expected], await app.SeenAsync(1));
        await app.EmptyAsync();
    }

    [Fact]
    public async Task Message_WithoutEncoding_IsTakenAsItIs()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(TextFunctions), """{"messageEncoding":"none"}""");

        await app.Queue.SendMessageAsync("plain é");

        Assert.Equal(["plain é"], await app.SeenAsync(1));
    }

    [Fact]
    public async Task Queue_ThatIsNotThere_IsCreatedAtStart()
    {
        await using var app = new QueueApp(azurite);

        await app.StartAsync(typeof(TextFunctions));

        Assert.True((await app.Queue.ExistsAsync()).Value);
    }

    [Fact]
    public async Task BindingData_TellsOfTheMessage()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(BindingDataFunctions));

        await app.SendAsync("text");

        var data = Assert.IsType<Dictionary<string, object?>>(Assert.Single(await app.SeenAsync(1)));
        Assert.Equal(["DequeueCount", "ExpirationTime", "Id", "InsertionTime", "NextVisibleTime", "PopReceipt", "QueueTrigger"], data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("text", data["queueTrigger"]);
        Assert.Equal("1", data["DequeueCount"]);
        Assert.True(Guid.TryParse((string)data["Id"]!, out _));
        Assert.NotEqual("", data["PopReceipt"]);
        foreach (var name in (string[])["InsertionTime", "ExpirationTime", "NextVisibleTime"])
            Assert.Matches("^\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^\"]+\"$", Assert.IsType<string>(data[name]));
    }

    [Fact]
    public async Task BindingData_FillsParametersOfItsNames()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(NamedFunctions));

        await app.SendAsync("text");

        Assert.Matches("^1 [0-9a-f-]{36} True$", Assert.IsType<string>(Assert.Single(await app.SeenAsync(1))));
    }

    [Fact]
    public async Task Messages_AreWorkedOnAtOnce_UpToBatchSizePlusThreshold()
    {
        await using var app = new QueueApp(azurite);
        await app.Queue.CreateAsync();
        for (var index = 0; index < 8; index++)
            await app.SendAsync($"{index}");
        var crowd = new Crowd();
        await app.StartAsync(typeof(CrowdFunctions), """{"batchSize":2,"newBatchThreshold":2}""", configure: builder => builder.Services.AddSingleton(crowd));

        await Eventually.TrueAsync(() => crowd.Inside == 4, "as many as may work at once do");
        crowd.Leave();

        await app.EmptyAsync();
        Assert.Equal((8, 4), (crowd.Entered, crowd.Most));
    }

    [Fact]
    public async Task LongFunction_KeepsItsMessageHidden()
    {
        await using var app = new QueueApp(azurite);
        var crowd = new Crowd();
        await app.StartAsync(typeof(CrowdFunctions), configure: builder =>
        {
            builder.Services.AddSingleton(crowd);
            builder.Services.Replace(ServiceDescriptor.Singleton(new QueueSettings { Lease = TimeSpan.FromSeconds(3) }));
        });
        await app.SendAsync("long");
        await Eventually.TrueAsync(() => crowd.Inside == 1, "the function runs");

        // Two leases and more; what is not renewed comes back after one.
        var until = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(until) > TimeSpan.FromSeconds(7), "two leases have passed");
        Assert.Equal(1, crowd.Most);
        crowd.Leave();

        await app.EmptyAsync();
        Assert.Equal(1, crowd.Entered);
    }

    [Fact]
    public async Task Stop_WaitsForTheMessageInFlight()
    {
        await using var app = new QueueApp(azurite);
        var crowd = new Crowd();
        await app.StartAsync(typeof(CrowdFunctions), configure: builder => builder.Services.AddSingleton(crowd));
        await app.SendAsync("in flight");
        await Eventually.TrueAsync(() => crowd.Inside == 1, "the function runs");

        var stop = app.App.StopAsync();
        Assert.False(stop.IsCompleted);
        crowd.Leave();
        await stop.WithinLimitAsync("the stop");

        Assert.Equal(0, (await app.Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Start_WithoutStorage_SaysWhatToDo()
    {
        var port = FreePort.Next();
        var fault = await Assert.ThrowsAsync<HostStartException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(TextFunctions)],
            Settings = new Dictionary<string, string?>
            {
                ["Queue"] = "tasks",
                ["AzureWebJobsStorage"] = $"AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:{port}/a",
            },
        }));

        Assert.Equal(
            $"The queue 'tasks' at http://127.0.0.1:{port} cannot be reached: Connection refused (127.0.0.1:{port}) "
            + "Start the storage emulator (npx azurite), or set AzureWebJobsStorage to a storage account.",
            fault.Message);
    }

    public sealed record Body(int A);

    public sealed class Crowd
    {
        private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _lock = new();

        public int Inside { get; private set; }

        public int Most { get; private set; }

        public int Entered { get; private set; }

        public void Leave() => _leave.SetResult();

        public async Task PassAsync()
        {
            lock (_lock)
            {
                Entered++;
                Most = Math.Max(Most, ++Inside);
            }

            await _leave.Task;
            lock (_lock)
                Inside--;
        }
    }

    public sealed class CrowdFunctions(Crowd crowd)
    {
        [Function("F")]
        public Task Run([QueueTrigger("%Queue%")] string message) => crowd.PassAsync();
    }

    public sealed class TextFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] string message) => seen.Enqueue(message);
    }

    public sealed class DataFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] BinaryData message) => seen.Enqueue(message.ToString());
    }

    public sealed class BytesFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] byte[] message) => seen.Enqueue(System.Text.Encoding.UTF8.GetString(message));
    }

    public sealed class ClassFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public ValueTask Run([QueueTrigger("%Queue%")] Body message)
        {
            seen.Enqueue(message.ToString());
            return ValueTask.CompletedTask;
        }
    }

    public sealed class BindingDataFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] string message, FunctionContext context) => seen.Enqueue(context.BindingContext.BindingData);
    }

    public sealed class NamedFunctions(ConcurrentQueue<object?> seen)
    {
        [Function("F")]
        public void Run([QueueTrigger("%Queue%")] string message, int dequeueCount, string id, DateTimeOffset expirationTime) =>
            seen.Enqueue($"{dequeueCount} {id} {expirationTime > DateTimeOffset.UnixEpoch}");
    }
}
