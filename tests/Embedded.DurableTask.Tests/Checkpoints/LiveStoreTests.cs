using System.Security.Cryptography;
using Azure;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Checkpoints;

/// <summary>What the store of live instances holds after writes that did not come to their end.</summary>
public sealed class LiveStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly TaskHubOptions _options = new() { ConnectionString = azurite.ConnectionString, HubName = "Hub" + azurite.UniqueName() };

    [Fact]
    public async Task Write_AfterOneThatFailed_RemovesWhatThatOneShouldHave()
    {
        var (store, rows) = await OpenAsync(epoch: 1);
        await store.WriteAsync([Live("a", 10), Live("b", 10)], default);
        rows.BeforeSubmit = _ => throw new RequestFailedException(400, "no");
        await Assert.ThrowsAsync<RequestFailedException>(() => store.WriteAsync([new Capture("a"), new Capture("b")], default));
        rows.BeforeSubmit = null;

        await store.WriteAsync([new Capture("a")], default);

        Assert.Equal(["b"], await KeysAsync());
    }

    [Fact]
    public async Task Checkpoint_AfterAWriteWithPartsThatWasCutOff_SweepsTheParts()
    {
        var (store, rows) = await OpenAsync(epoch: 1);
        rows.BeforeSubmit = actions => _ = actions.Any(a => a.Entity.RowKey == "a") ? throw new RequestFailedException(400, "no") : 0;
        await Assert.ThrowsAsync<RequestFailedException>(() => store.WriteAsync([Live("a", 3_000_000)], default));
        Assert.NotEmpty(await KeysAsync());

        var (next, _) = await OpenAsync(epoch: 2);
        await next.WriteCheckpointAsync(new LogPosition(2, 0), default);

        Assert.Empty(await KeysAsync());
    }

    [Fact]
    public async Task Checkpoint_AfterTheSameWriteWasMadeAgain_KeepsItsParts()
    {
        var large = Live("a", 3_000_000);
        var (store, rows) = await OpenAsync(epoch: 1);
        rows.BeforeSubmit = actions => _ = actions.Any(a => a.Entity.RowKey == "a") ? throw new RequestFailedException(400, "no") : 0;
        await Assert.ThrowsAsync<RequestFailedException>(() => store.WriteAsync([large], default));
        rows.BeforeSubmit = null;

        await store.WriteAsync([large], default);
        await store.WriteCheckpointAsync(new LogPosition(1, 1), default);

        var state = new HubState();
        await new LiveStore(rows, TimeProvider.System).OpenAsync(2, state, default);
        Assert.Equal(4_000_000, state.Orchestrations["a"].Start.Input!.Length);
    }

    private static Capture Live(string key, int bytes)
    {
        var start = new ExecutionStarted { ExecutionId = "x", Name = "Some", CreatedAt = DateTime.UnixEpoch, Input = Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes)) };
        var state = new HubState();
        state.Apply(new MessageArrived(key, start));
        return Capture.Of(key, state) with { AsOf = new LogPosition(1, 1) };
    }

    private async Task<(LiveStore Store, HookedRowStore Rows)> OpenAsync(long epoch)
    {
        var tables = new HubTables(_options);
        await tables.CreateAsync(default);
        var rows = new HookedRowStore(tables.Live);
        var store = new LiveStore(rows, TimeProvider.System);
        await store.OpenAsync(epoch, new HubState(), default);
        return (store, rows);
    }

    /// <summary>The keys of all rows but the store's own.</summary>
    private async Task<List<string>> KeysAsync() =>
        await new HubTables(_options).Live.ReadAsync(new RowRange(), default).Select(row => row.RowKey).Where(key => key[0] != '!').ToListAsync();
}
