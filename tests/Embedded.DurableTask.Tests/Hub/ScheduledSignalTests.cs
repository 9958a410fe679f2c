using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>Signals with a time, from each of their senders: never run before it, run after it, whoever owns the hub by then.</summary>
public sealed class ScheduledSignalTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly EntityInstanceId Log = new("Log", "x");
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();

    public static TheoryData<string, bool> Senders => new()
    {
        { "client", false }, { "client", true },
        { "orchestrator", false }, { "orchestrator", true },
        { "entity", false }, { "entity", true },
    };

    [Theory]
    [MemberData(nameof(Senders))]
    public async Task Signal_WithATime_IsRunThenAndNotBefore(string sender, bool restart)
    {
        await using var app = await NewAppAsync();
        await SendAsync(app, sender, _time.GetUtcNow().AddSeconds(5));
        Assert.Equal("asked", await AskAsync(app));
        if (restart)
        {
            await app.RestartAsync();
        }

        _time.Advance(TimeSpan.FromSeconds(5) - Tick);
        Assert.Equal("asked asked", await AskAsync(app));

        _time.Advance(Tick);
        await Eventually.TrueAsync(async () => await ReadAsync(app) == "asked asked later", "the signal has been run");
    }

    [Fact]
    public async Task Signal_WhoseTimeCameWhileNobodyOwnedTheHub_IsRunAtTheStart_TheEarlierFirst()
    {
        await using var app = await NewAppAsync();
        var now = _time.GetUtcNow();
        await app.Client.Entities.SignalEntityAsync(Log, "Note", "last", now.AddSeconds(7));
        await app.Client.Entities.SignalEntityAsync(Log, "Note", "first", now.AddSeconds(5));
        await app.Client.Entities.SignalEntityAsync(Log, "Note", "never", now.AddSeconds(60));

        await app.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        await app.StartAsync();

        await Eventually.TrueAsync(async () => await ReadAsync(app) == "first last", "both signals have been run");
        Assert.Equal("first last asked", await AskAsync(app));
    }

    [Fact]
    public async Task Signal_ThatWaitsForItsTime_IsNoBacklogAndNoTransientEntity()
    {
        await using var app = await NewAppAsync();
        await app.Client.Entities.SignalEntityAsync(Log, "Note", "later", _time.GetUtcNow().AddSeconds(5));

        var all = app.Client.Entities.GetAllEntitiesAsync(new() { IncludeTransient = true });
        await foreach (var entity in all)
        {
            Assert.Fail($"Found {entity.Id}.");
        }

        Assert.Equal("asked", await AskAsync(app));
        Assert.Equal(0, (await app.Client.Entities.GetEntityAsync(Log))!.BacklogQueueSize);
    }

    private static async Task SendAsync(AppHub app, string sender, DateTimeOffset at)
    {
        switch (sender)
        {
            case "client":
                await app.Client.Entities.SignalEntityAsync(Log, "Note", "later", at);
                break;
            case "orchestrator":
                await RunAsync(app, "Send", at);
                break;
            default:
                await RunAsync(app, "Relay", at);
                break;
        }
    }

    /// <summary>Calls the entity: all that stood in its queue before has been run then.</summary>
    private static Task<string> AskAsync(AppHub app) => RunAsync(app, "Ask", null);

    private static async Task<string> ReadAsync(AppHub app) => (await app.Client.Entities.GetEntityAsync<string>(Log))?.State ?? string.Empty;

    private static async Task<string> RunAsync(AppHub app, string name, object? input)
    {
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync(name, input);
        var end = await app.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WithinLimitAsync($"{name} ends");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        return end.ReadOutputAs<string>() ?? string.Empty;
    }

    private Task<AppHub> NewAppAsync() => new AppHub(azurite, sessions: 0, _time)
        .Entity<Notes>("Log")
        .Entity<Forwarder>("Forwarder")
        .Orchestrator("Ask", async context => await context.Entities.CallEntityAsync<string>(Log, "Note", "asked"))
        .Orchestrator("Send", async context =>
        {
            await context.Entities.SignalEntityAsync(Log, "Note", "later", context.GetInput<DateTimeOffset>());
            return null;
        })
        .Orchestrator("Relay", async context =>
        {
            await context.Entities.CallEntityAsync(new EntityInstanceId("Forwarder", "x"), "Forward", context.GetInput<DateTimeOffset>());
            return null;
        })
        .StartAsync();

    public sealed class Notes : TaskEntity<string>
    {
        public string Note(string text) => State = $"{State} {text}".TrimStart();

        protected override string InitializeState(TaskEntityOperation entityOperation) => string.Empty;
    }

    public sealed class Forwarder : TaskEntity<int>
    {
        public void Forward(DateTimeOffset at) => Context.SignalEntity(Log, "Note", "later", at);
    }
}
