using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Recovery;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Recovery;

public sealed class TaskHubRecordTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset _begin = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Open_FirstThenSameThenAnotherAndBack_SaysSinceWhenItIsAnother()
    {
        await using var store = await Store.StartAsync(azurite);
        var record = store.Services.GetRequiredService<ITaskHubRecord>();

        Assert.Null(await record.OpenAsync("A@one", _begin, CancellationToken.None));
        Assert.Null(await record.OpenAsync("a@ONE", _begin.AddHours(1), CancellationToken.None));
        Assert.Equal(_begin.AddHours(2), await record.OpenAsync("B@one", _begin.AddHours(2), CancellationToken.None));
        Assert.Equal(_begin.AddHours(2), await record.OpenAsync("B@one", _begin.AddHours(3), CancellationToken.None));
        Assert.Equal(_begin.AddHours(4), await record.OpenAsync("A@one", _begin.AddHours(4), CancellationToken.None));
    }

    [Fact]
    public async Task Open_ManyAtOnce_AllHearTheSame()
    {
        await using var store = await Store.StartAsync(azurite);
        var record = store.Services.GetRequiredService<ITaskHubRecord>();
        await record.OpenAsync("A@one", _begin, CancellationToken.None);

        var heard = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => record.OpenAsync("B@one", _begin.AddMinutes(number), CancellationToken.None)));

        Assert.Single(heard.Distinct());
        Assert.NotNull(heard[0]);
    }
}
