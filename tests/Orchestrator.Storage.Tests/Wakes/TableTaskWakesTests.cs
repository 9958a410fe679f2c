using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Wakes;

public sealed class TableTaskWakesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ListDue_WakesOfManyDays_EarliestFirstAndNoneTooEarly()
    {
        await using var store = await Store.StartAsync(azurite);
        var wakes = store.Services.GetRequiredService<ITaskWakes>();
        var noon = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        TaskWake[] all = [.. new[] { -50.0, -1, 0, 1, 13, 400 }.Select((hours, index) => new TaskWake(TaskId.Parse($"01M81CB2HB0C0000000000000{index}"), noon.AddHours(hours)))];
        foreach (var wake in all.Reverse().Append(all[2]))
            await wakes.AddAsync(wake.Task, wake.At, None);

        Assert.Equal(all[..3], await wakes.ListDueAsync(noon, 100, None));
        Assert.Equal(all[..2], await wakes.ListDueAsync(noon.AddTicks(-1), 100, None));
        Assert.Equal(all[..1], await wakes.ListDueAsync(noon, 1, None));

        // Later in the day than the wakes of the days to come.
        Assert.Equal(all[..4], await wakes.ListDueAsync(noon.AddHours(11), 100, None));
        Assert.Equal(all[..5], await wakes.ListDueAsync(noon.AddHours(15), 100, None));

        await wakes.RemoveAsync(all[0], None);
        await wakes.RemoveAsync(all[0], None);
        Assert.Equal(all[1..3], await wakes.ListDueAsync(noon, 100, None));
    }
}
