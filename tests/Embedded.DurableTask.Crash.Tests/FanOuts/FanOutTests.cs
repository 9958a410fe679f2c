using System.Diagnostics;
using System.Text.Json;
using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.FanOuts;

/// <summary>Wide and deep fan-out: everything is joined, in the order in which it was begun.</summary>
public sealed class FanOutTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Widest = 5_000;
    private const int NestWidth = 10;
    private const int NestDepth = 3;

    [Fact]
    public async Task FanOut_OfAnyWidth_IsJoinedInOrder()
    {
        using var effects = new EffectFiles();
        await using var app = await FunctionApp.StartAsync(SampleSetup.Create(azurite.ConnectionString, effects));
        foreach (var width in new[] { 1, 99, 100, 101, 1_000, Widest })
        {
            var watch = Stopwatch.StartNew();
            await app.Http.StartAsync("Squares", $"squares{width}", width);

            Assert.Equal(Squares($"squares{width}", width), await app.Http.EndAsync($"squares{width}"));
            output.WriteLine($"{width}: {watch.Elapsed.TotalSeconds:F2} s");
        }

        Assert.Equal(0, await app.TerminateAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task FanOut_ThreeLevelsDeep_IsJoinedInOrder()
    {
        using var effects = new EffectFiles();
        await using var app = await FunctionApp.StartAsync(SampleSetup.Create(azurite.ConnectionString, effects));
        await app.Http.StartAsync("Nests", "nest", new { Depth = NestDepth, Width = NestWidth, First = 0 });

        Assert.Equal(Squares("nest", 1_000), await app.Http.EndAsync("nest"));

        var instances = await app.Http.ListAsync();
        Assert.Equal(1 + NestWidth + (NestWidth * NestWidth), instances.Count);
        Assert.All(instances, instance => Assert.Equal("Completed", instance.Status));
    }

    /// <summary>The widths to kill in the middle of: the widest takes too long for every time.</summary>
    public static TheoryData<int> KilledWidths => [.. TestExtent.First([1_000, Widest], 1)];

    [Theory]
    [MemberData(nameof(KilledWidths))]
    public async Task FanOut_KilledInTheMiddle_IsJoinedInOrder(int width)
    {
        using var effects = new EffectFiles();
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var setup = SampleSetup.Create(proxy.ConnectionString, effects);
        await using var app = new RestartedApp(setup);
        Func<StorageCall, bool> isCommit = call => call.IsWrite && call.Table == setup.Name + "Log";
        await RunAsync("whole");
        var commits = proxy.Calls.Count(isCommit);

        proxy.Add(new FaultRule(new StorageFault.CallBefore(_ => app.KillAsync()) { Drops = true }) { Where = isCommit, First = Math.Max(commits / 2, 2), Times = 1 });
        await RunAsync("killed");

        output.WriteLine($"{width}: killed in the middle of {commits} commits");
        Assert.Equal((1, 2), (app.Kills, app.Starts));

        async Task RunAsync(string id)
        {
            await app.AskAsync(http => http.StartAsync("Squares", id, width));
            Assert.Equal(Squares(id, width), await app.AskAsync(http => http.EndAsync(id)));
        }
    }

    private static Instance Squares(string id, int count) => new(id, "Completed", JsonSerializer.Serialize(Enumerable.Range(0, count).Select(number => number * number)));
}
