using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Limits;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Limits;

public sealed class TableSlotQueuesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Queue_OfEachLimiter_InTheOrderOfRanks()
    {
        await using var store = await Store.StartAsync(azurite);
        var queues = store.Services.GetRequiredService<ISlotQueues>();
        SlotWaiter[] all = [.. new[] { 639_000_000_000_000_001, 639_000_000_000_000_002, 639_100_000_000_000_000 }.Select((rank, index) => new SlotWaiter($"01M81CB2HB0C0000000000000{index}", index + 1, rank, HasRow: true))];
        foreach (var waiter in all.Reverse())
            await queues.AddAsync("type:0123", waiter, None);
        await queues.AddAsync("type:0123", all[0] with { Ticket = 9 }, None);
        await queues.AddAsync("type", all[1], None);

        Assert.Equal([all[0] with { Ticket = 9 }, all[1], all[2]], await queues.ListAsync("type:0123", 10, None));
        Assert.Equal([all[0] with { Ticket = 9 }], await queues.ListAsync("type:0123", 1, None));
        Assert.Equal((3, 1, 0), (await queues.CountAsync("type:0123", 10, None), await queues.CountAsync("type", 10, None), await queues.CountAsync("nobody", 10, None)));

        Assert.Equal(2, await queues.CountAsync("type:0123", 2, None));

        await queues.RemoveAsync("type:0123", all[0], None);
        await queues.RemoveAsync("type:0123", all[0], None);
        Assert.Equal([all[1], all[2]], await queues.ListAsync("type:0123", 10, None));
    }
}
