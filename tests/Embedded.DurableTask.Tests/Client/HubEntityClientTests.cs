using Embedded.DurableTask.Client;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask.Entities;
using Moq;

namespace Embedded.DurableTask.Tests.Client;

public sealed class HubEntityClientTests
{
    private static readonly EntityInstanceId Counter = new("Counter", "A");
    private static readonly DateTime At = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Mock<ITaskHub> _hub = new(MockBehavior.Strict);
    private readonly HubEntityClient _client;

    public HubEntityClientTests() => _client = new("Hub", _hub.Object, OrchestrationScript.Json);

    [Fact]
    public async Task SignalEntity_PassesTheRequest()
    {
        var sent = new List<EntityRequest>();
        _hub.Setup(hub => hub.SignalEntityAsync("@counter@A", Capture.In(sent), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        await _client.SignalEntityAsync(Counter, "Add", 5);
        await _client.SignalEntityAsync(Counter, "Reset", new SignalEntityOptions { SignalTime = new DateTimeOffset(At) });
        Assert.Equal([new("Add", "5", null), new("Reset", null, null) { DeliverAt = At }], sent);
    }

    [Fact]
    public async Task GetEntity_Typed_ReadsTheState()
    {
        _hub.Setup(hub => hub.GetEntityAsync("@counter@A", It.IsAny<CancellationToken>())).ReturnsAsync(new EntityView("@counter@A", "7", At, 2));

        var entity = (await _client.GetEntityAsync<int>(Counter))!;
        Assert.Equal((Counter, 7, true, 2, new DateTimeOffset(At)), (entity.Id, entity.State, entity.IncludesState, entity.BacklogQueueSize, entity.LastModifiedTime));
        var bare = (await _client.GetEntityAsync<string>(Counter, includeState: false))!;
        Assert.False(bare.IncludesState);
        Assert.Throws<InvalidOperationException>(() => bare.State);
    }

    [Fact]
    public async Task GetEntity_Untyped_KeepsTheStateAsText()
    {
        _hub.Setup(hub => hub.GetEntityAsync("@counter@A", It.IsAny<CancellationToken>())).ReturnsAsync(new EntityView("@counter@A", "7", At, 0));

        var entity = (await _client.GetEntityAsync(Counter))!;
        Assert.Equal(("7", 7), (entity.State.Value, entity.State.ReadAs<int>()));
    }

    [Fact]
    public async Task GetEntity_WithoutState_IsNull()
    {
        _hub.SetupSequence(hub => hub.GetEntityAsync("@counter@A", It.IsAny<CancellationToken>()))
            .ReturnsAsync((EntityView?)null)
            .ReturnsAsync(new EntityView("@counter@A", null, At, 1));

        Assert.Null(await _client.GetEntityAsync(Counter));
        Assert.Null(await _client.GetEntityAsync<int>(Counter));
    }
}
