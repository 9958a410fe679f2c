using Embedded.DurableTask.Client;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
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
    public async Task SignalEntity_WithABoolOrATimeBehindTheName_TakesItForOptions()
    {
        var sent = new List<EntityRequest>();
        _hub.Setup(hub => hub.SignalEntityAsync("@counter@A", Capture.In(sent), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        await _client.SignalEntityAsync(Counter, "Set", true);
        await _client.SignalEntityAsync(Counter, "Set", false);
        await _client.SignalEntityAsync(Counter, "Set", input: true);
        await _client.SignalEntityAsync(Counter, "Set", new DateTimeOffset(At));
        Assert.Equal(
            [new("Set", null, null), new("Set", null, null), new("Set", "true", null), new("Set", null, null) { DeliverAt = At }], sent);
    }

    [Theory]
    [InlineData(501, "Entity keys have at most 500 characters; this one has 501. (Parameter 'id')")]
    [InlineData(0, "Entity ids must not contain control characters or unpaired surrogates. (Parameter 'id')")]
    public async Task SignalEntity_WithAKeyThatCannotBeStored_IsRefused(int length, string message)
    {
        var key = length > 0 ? new string('k', length) : "k\ud800";

        Assert.Equal(message, (await Assert.ThrowsAsync<ArgumentException>(() => _client.SignalEntityAsync(new EntityInstanceId("c", key), "add"))).Message);
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

    [Fact]
    public async Task GetEntity_OfALockedOne_NamesTheHolder()
    {
        _hub.Setup(hub => hub.GetEntityAsync("@counter@A", It.IsAny<CancellationToken>()))
            .ReturnsAsync(new EntityView("@counter@A", "7", At, 0) { LockedBy = "holder" });

        Assert.Equal("holder", (await _client.GetEntityAsync(Counter))!.LockedBy);
        Assert.Equal("holder", (await _client.GetEntityAsync<int>(Counter, includeState: false))!.LockedBy);
    }

    [Fact]
    public async Task GetAllEntities_PassesTheFilterAndTheDefaults()
    {
        var to = new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.FromHours(2));
        _hub.Setup(hub => hub.QueryEntitiesAsync(new EntityFilter(), null, 100, It.IsAny<CancellationToken>())).ReturnsAsync([]);
        _hub.Setup(hub => hub.QueryEntitiesAsync(
                new EntityFilter { IdPrefix = "@counter@", ModifiedFrom = At, ModifiedTo = to.UtcDateTime, IncludeTransient = true },
                "@counter@B",
                7,
                It.IsAny<CancellationToken>()))
            .ReturnsAsync([new EntityView("@counter@C", "7", At, 0)]);

        Assert.Empty(await ListAsync(_client.GetAllEntitiesAsync()));
        var found = await ListAsync(_client.GetAllEntitiesAsync(new EntityQuery
        {
            InstanceIdStartsWith = "Counter@",
            LastModifiedFrom = new DateTimeOffset(At),
            LastModifiedTo = to,
            IncludeTransient = true,
            PageSize = 7,
            ContinuationToken = "@counter@B",
        }));
        Assert.Equal([new EntityInstanceId("counter", "C")], found.Select(e => e.Id));
    }

    [Fact]
    public async Task GetAllEntities_InPages_GoesOnBehindTheLastOneOfAFullPage()
    {
        _hub.SetupSequence(hub => hub.QueryEntitiesAsync(new EntityFilter(), null, 2, It.IsAny<CancellationToken>()))
            .ReturnsAsync([new EntityView("@c@1", "1", At, 0), new EntityView("@c@2", "2", At, 3) { LockedBy = "o" }]);
        _hub.Setup(hub => hub.QueryEntitiesAsync(new EntityFilter(), "@c@2", 2, It.IsAny<CancellationToken>()))
            .ReturnsAsync([new EntityView("@c@3", "3", At, 0)]);

        var pages = new List<Page<EntityMetadata<int>>>();
        await foreach (var page in _client.GetAllEntitiesAsync<int>().AsPages(pageSizeHint: 2))
        {
            pages.Add(page);
        }

        Assert.Equal(["@c@2", null], pages.Select(p => p.ContinuationToken));
        Assert.Equal([1, 2, 3], pages.SelectMany(p => p.Values).Select(e => e.State));
        Assert.Equal((3, "o", new DateTimeOffset(At)), (pages[0].Values[1].BacklogQueueSize, pages[0].Values[1].LockedBy, pages[0].Values[1].LastModifiedTime));
    }

    [Fact]
    public async Task GetAllEntities_WithoutTheState_OrOfTransientOnes_HasNone()
    {
        _hub.Setup(hub => hub.QueryEntitiesAsync(It.IsAny<EntityFilter>(), null, 100, It.IsAny<CancellationToken>()))
            .ReturnsAsync([new EntityView("@c@1", "1", At, 0), new EntityView("@c@2", null, At, 0)]);

        Assert.Equal([false, false], (await ListAsync(_client.GetAllEntitiesAsync(new EntityQuery { IncludeState = false }))).Select(e => e.IncludesState));
        Assert.Equal([false, false], (await ListAsync(_client.GetAllEntitiesAsync<int>(new EntityQuery { IncludeState = false }))).Select(e => e.IncludesState));
        Assert.Equal([true, false], (await ListAsync(_client.GetAllEntitiesAsync(new EntityQuery { IncludeTransient = true }))).Select(e => e.IncludesState));
        Assert.Equal([true, false], (await ListAsync(_client.GetAllEntitiesAsync<int>(new EntityQuery { IncludeTransient = true }))).Select(e => e.IncludesState));
    }

    [Fact]
    public async Task GetAllEntities_WithPagesOfNothing_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ListAsync(_client.GetAllEntitiesAsync(new EntityQuery { PageSize = 0 })));

    [Fact]
    public async Task CleanEntityStorage_ByDefault_CleansEverythingToTheEnd()
    {
        _hub.Setup(hub => hub.CleanEntitiesAsync(true, true, null, It.IsAny<CancellationToken>())).ReturnsAsync(new EntityCleaning(1, 2, "@c@9"));
        _hub.Setup(hub => hub.CleanEntitiesAsync(true, true, "@c@9", It.IsAny<CancellationToken>())).ReturnsAsync(new EntityCleaning(10, 20, null));

        Assert.Equal(
            new CleanEntityStorageResult { EmptyEntitiesRemoved = 11, OrphanedLocksReleased = 22 }, await _client.CleanEntityStorageAsync());
    }

    [Fact]
    public async Task CleanEntityStorage_PartByPart_GivesTheTokenOfTheNextPart()
    {
        _hub.Setup(hub => hub.CleanEntitiesAsync(false, true, "@c@1", It.IsAny<CancellationToken>())).ReturnsAsync(new EntityCleaning(0, 2, "@c@9"));

        var result = await _client.CleanEntityStorageAsync(
            new CleanEntityStorageRequest { ReleaseOrphanedLocks = true, ContinuationToken = "@c@1" }, continueUntilComplete: false);
        Assert.Equal(new CleanEntityStorageResult { OrphanedLocksReleased = 2, ContinuationToken = "@c@9" }, result);
    }

    private static async Task<List<T>> ListAsync<T>(AsyncPageable<T> pageable)
        where T : notnull
    {
        var all = new List<T>();
        await foreach (var item in pageable)
        {
            all.Add(item);
        }

        return all;
    }
}
