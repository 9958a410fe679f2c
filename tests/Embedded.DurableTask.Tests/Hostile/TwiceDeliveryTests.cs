using System.Globalization;
using Embedded.DurableTask.Tests.Hosting;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>What a whole app sees of deliveries and replays.</summary>
public sealed class TwiceDeliveryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly Runs _runs = new();

    [Fact]
    public async Task Activities_InHostileMode_RunTwiceAndCountOnceAndTheOrchestratorReplaysAtEveryTurn()
    {
        var counts = await RunAsync("Hostile");

        // The last deliveries may end after the orchestration; the app waits for them when it stops.
        Assert.Equal([2], counts.Distinct());
        Assert.True(_runs.Count(nameof(TwiceFunctions.Sum)) > 2, "The orchestrator was kept between its turns.");
    }

    [Fact]
    public async Task Activities_InNormalMode_RunOnceAndTheOrchestratorIsKept()
    {
        Assert.Equal([1], (await RunAsync("Normal")).Distinct());
        Assert.Equal(1, _runs.Count(nameof(TwiceFunctions.Sum)));
    }

    private async Task<IReadOnlyList<int>> RunAsync(string mode)
    {
        await using (var app = await DurableApp.StartAsync(azurite, mode, [typeof(TwiceFunctions)], services => services.AddSingleton(_runs)))
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TwiceFunctions.Sum), new StartOrchestrationOptions("a"));
            Assert.Equal(Enumerable.Range(0, TwiceFunctions.Activities).Sum(), (await app.EndOfAsync("a")).ReadOutputAs<int>());
        }

        return [.. Enumerable.Range(0, TwiceFunctions.Activities).Select(n => _runs.Count(n.ToString(CultureInfo.InvariantCulture)))];
    }
}
