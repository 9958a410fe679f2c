using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Hub;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Checkpoints;

public sealed class FinishedStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Id = "a";
    private static readonly DateTime _at = new(2026, 11, 22, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Write_PurgedWhileAnEarlierOwnerStillWrites_KeepsItOutAndLeavesNothing()
    {
        var tables = new HubTables(new TaskHubOptions { ConnectionString = azurite.ConnectionString, HubName = "Hub" + azurite.UniqueName() });
        await tables.CreateAsync(default);
        var frozen = new FinishedStore(tables.Finished, 1, TimeProvider.System);
        await frozen.WriteAsync([Finished(AsOf(1, 1))], default);
        await frozen.WriteAsync([new Capture(Id) { IsPurged = true, AsOf = AsOf(1, 2) }], default);

        // The owner of epoch 2 has looked for its fence and for what it has to remove; only then does the frozen one write what it had begun.
        var storage = new HookedStorage(tables);
        Exception? refusal = null;
        storage.HookedFinished.AfterRead = async () => refusal = await Record.ExceptionAsync(() => frozen.WriteAsync([Finished(AsOf(1, 3))], default));
        await new FinishedStore(storage.Finished, 2, TimeProvider.System).WriteAsync([new Capture(Id) { IsPurged = true, AsOf = AsOf(2, 0) }], default);

        Assert.IsType<HubLostException>(refusal);
        Assert.Null(await frozen.GetAsync(Id, default));
    }

    private static LogPosition AsOf(long epoch, long position) => new(epoch, position);

    private static Capture Finished(LogPosition asOf) => new(Id)
    {
        AsOf = asOf,
        Finished = new InstanceView { InstanceId = Id, ExecutionId = "e", Name = "N", Status = InstanceStatus.Completed, CreatedAt = _at, LastUpdatedAt = _at },
    };
}
