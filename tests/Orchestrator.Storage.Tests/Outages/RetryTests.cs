using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Outages;
using Orchestrator.Storage.Tables;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Outages;

/// <summary>How often the clients send again what has failed.</summary>
public sealed class RetryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public void TryTake_ManyFailures_BurstAndThenHalfOfTheCalls()
    {
        var budget = new RetryBudget();

        Assert.Equal(100, Enumerable.Range(0, 1000).Count(_ => budget.TryTake()));
        var taken = 0;
        for (var call = 0; call < 1000; call++)
        {
            budget.CallMade();
            taken += (budget.TryTake() ? 1 : 0) + (budget.TryTake() ? 1 : 0);
        }

        Assert.Equal(500, taken);
    }

    [Fact]
    public async Task Read_FailsTwice_SentThreeTimes()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        var rule = proxy.Add(new FaultRule(new StorageFault.Answer(500)) { Times = 2 });

        Assert.Null(await services.GetRequiredService<TableReader>().GetAsync("none", "a", "b", CancellationToken.None));

        Assert.Equal((3, 2), (proxy.Count, rule.Fired));
        Assert.Single(proxy.Calls.Select(call => call.RequestId).Distinct());
    }

    [Fact]
    public async Task Reads_AllFail_NotSentOnceStorageIsAwayAndBackWhenItAnswers()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        var reader = services.GetRequiredService<TableReader>();
        var rule = proxy.Add(new FaultRule(new StorageFault.Reset()));

        for (var call = 0; call < 20; call++)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => reader.GetAsync("none", "a", "b", CancellationToken.None));

        // Four by the first, four by the second; from then on only probes.
        Assert.Equal(8, proxy.Calls.Count(call => call.Table == "none"));
        proxy.Remove(rule);
        Assert.True(await services.GetRequiredService<IStorageAvailability>().WhenBackAsync(TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Null(await reader.GetAsync("none", "a", "b", CancellationToken.None));
    }

    [Fact]
    public async Task Write_Fails_SentOnce()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        proxy.Add(new FaultRule(new StorageFault.Answer(503)));

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => services.GetRequiredService<TableClients>().Writing("none").AddEntityAsync(new TableEntity("a", "b")));

        Assert.Equal(1, proxy.Count);
    }

    [Fact]
    public async Task Reads_BudgetUsedUp_SentOnceEach()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        while (services.GetRequiredService<RetryBudget>().TryTake())
        {
        }

        proxy.Add(new FaultRule(new StorageFault.Answer(500)) { Times = 3 });
        var reader = services.GetRequiredService<TableReader>();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => reader.GetAsync("none", "a", "b", CancellationToken.None));

        Assert.Equal(1, proxy.Count);
    }

    /// <summary>A caller who gives up says nothing of storage.</summary>
    [Fact]
    public async Task Reads_CallersGiveUp_StorageIsNotAway()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        var reader = services.GetRequiredService<TableReader>();

        for (var call = 0; call < 2 * StorageBreaker.FailuresInARow; call++)
        {
            using var gone = new CancellationTokenSource();
            var rule = proxy.Add(new FaultRule(new StorageFault.CallBefore(_ => gone.CancelAsync()) { Drops = true }));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.GetAsync("none", "a", "b", gone.Token));
            proxy.Remove(rule);
        }

        Assert.False(services.GetRequiredService<IStorageAvailability>().IsAway);
        Assert.Null(await reader.GetAsync("none", "a", "b", CancellationToken.None));
    }

    /// <summary>A refusal is an answer: storage is there, and every call is told itself.</summary>
    [Theory]
    [InlineData(403)]
    [InlineData(412)]
    public async Task Writes_AllRefused_EachIsSentAndStorageIsNotAway(int status)
    {
        const int writes = 3 * StorageBreaker.FailuresInARow;
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        proxy.Add(new FaultRule(new StorageFault.Answer(status)));

        for (var write = 0; write < writes; write++)
            await Assert.ThrowsAsync<Azure.RequestFailedException>(() => services.GetRequiredService<TableClients>().Writing("none").AddEntityAsync(new TableEntity("a", "b")));

        Assert.False(services.GetRequiredService<IStorageAvailability>().IsAway);
        Assert.Equal(writes, proxy.Count);
    }

    /// <summary>That storage asks for a pause does not make a call take longer than is promised.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(0, 2)]
    public async Task Read_ToBeSentAgainInAWhile_OnlyIfThatIsWithinTheTimeOfATry(int seconds, int sent)
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy, KeyValuePair.Create<string, string?>("Orchestrator:Storage:RequestTimeout", "00:00:04"));
        proxy.Add(new FaultRule(new StorageFault.Answer(503) { RetryAfter = TimeSpan.FromSeconds(seconds) }) { Times = 1 });

        var read = () => services.GetRequiredService<TableReader>().GetAsync("none", "a", "b", CancellationToken.None);
        if (sent == 1)
            await Assert.ThrowsAsync<StorageUnavailableException>(read);
        else
            Assert.Null(await read());

        Assert.Equal(sent, proxy.Count);
    }

    /// <summary>Each is sent again up to three times for as long as the budget lasts; neither that nor the looks in between earn anything for it.</summary>
    [Fact]
    public async Task Writes_AllFail_SentAgainForHalfOfThemAndTheBurst()
    {
        const int writes = 200;
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy);
        await services.GetRequiredService<DayTables>().EnsureTableAsync("budget");
        proxy.Reset();
        proxy.Add(new FaultRule(new StorageFault.Answer(500)) { Method = "POST" });
        var writer = services.GetRequiredService<BatchingWriter>();

        await Task.WhenAll(Enumerable.Range(0, writes).Select(number => Assert.ThrowsAsync<StorageUnavailableException>(
            () => writer.WriteAsync(new RowGroup("budget", $"{number}", [RowOperation.Insert(new TableEntity($"{number}", "row"))], Anchor: 0), CancellationToken.None))));

        Assert.InRange(proxy.Calls.Count(call => call.IsWrite), writes, writes + RetryBudget.Burst + (int)(writes * RetryBudget.PerCall));
    }

    private static ServiceProvider Services(FaultProxy proxy, params KeyValuePair<string, string?>[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", proxy.ConnectionString), .. settings]).Build();
        return new ServiceCollection().AddLogging().AddOrchestratorStorage(configuration).BuildServiceProvider();
    }
}
