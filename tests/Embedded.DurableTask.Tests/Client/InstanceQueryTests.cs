using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Client: query by status, time and id prefix, paged; over instances of which some live, some have just ended, and some are in storage alone.</summary>
public sealed class InstanceQueryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] All =
        ["a-done", "a-failed", "a-terminated", "b-done", "b-failed", "b-pending", "b-running", "b-suspended", "b-terminated", "ä done"];

    private readonly ManualTimeProvider _time = new();
    private DateTimeOffset _begin;
    private DateTimeOffset _middle;

    [Fact]
    public async Task Query_ByStatus_FindsThoseInMemoryAndInStorage()
    {
        await using var app = await FilledAsync();

        Assert.Equal(["a-done", "b-done", "ä done"], await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Completed])));
        Assert.Equal(["a-failed", "b-failed"], await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal(["a-terminated", "b-terminated"], await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Terminated])));
        Assert.Equal(["b-running", "b-suspended"], await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended])));
        Assert.Equal(["b-pending"], await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Pending])));
        Assert.Equal(All, await IdsAsync(app, new(Statuses: [])));
#pragma warning disable CS0618 // A status that none has is a filter all the same.
        Assert.Empty(await IdsAsync(app, new(Statuses: [OrchestrationRuntimeStatus.Canceled])));
#pragma warning restore CS0618
    }

    [Fact]
    public async Task Query_ByTimeOfCreation_TakesBothBounds()
    {
        await using var app = await FilledAsync();
        var tick = TimeSpan.FromTicks(1);

        Assert.Equal(["a-done", "a-failed", "a-terminated", "ä done"], await IdsAsync(app, new(CreatedTo: _begin)));
        Assert.Equal(["a-done", "a-failed", "a-terminated", "ä done"], await IdsAsync(app, new(CreatedFrom: _begin, CreatedTo: _middle - tick)));
        Assert.Equal(All[3..9], await IdsAsync(app, new(CreatedFrom: _middle.ToOffset(TimeSpan.FromHours(5)))));
        Assert.Equal(All, await IdsAsync(app, new(CreatedFrom: _begin, CreatedTo: _middle)));
        Assert.Empty(await IdsAsync(app, new(CreatedFrom: _middle + tick)));
        Assert.Empty(await IdsAsync(app, new(CreatedTo: _begin - tick)));
    }

    [Fact]
    public async Task Query_ByIdPrefix_ComparesTheCase_AndGoesTogetherWithTheOtherFilters()
    {
        await using var app = await FilledAsync();

        Assert.Equal(["a-done", "a-failed", "a-terminated"], await IdsAsync(app, new(InstanceIdPrefix: "a-")));
        Assert.Equal(["ä done"], await IdsAsync(app, new(InstanceIdPrefix: "ä")));
        Assert.Equal(All, await IdsAsync(app, new(InstanceIdPrefix: "")));
        Assert.Empty(await IdsAsync(app, new(InstanceIdPrefix: "A-")));
        Assert.Equal(["b-done"], await IdsAsync(app, new(_middle, _middle, [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "b-d")));
        Assert.Empty(await IdsAsync(app, new(_begin, _begin, [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "b-d")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task Query_InPages_GivesEachOnce_AndATokenIsGoodAcrossARestart(int pageSize)
    {
        await using var app = await FilledAsync();
        var found = new List<string>();
        string? token = null;
        do
        {
            var page = await app.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: pageSize, ContinuationToken: token)).AsPages().FirstAsync();
            Assert.True(page.Values.Count <= pageSize, $"A page of {pageSize} has {page.Values.Count}.");
            found.AddRange(page.Values.Select(instance => instance.InstanceId));
            if (token is null)
            {
                await app.RestartAsync();
            }

            token = page.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal(All, found.Order(StringComparer.Ordinal));
        Assert.Equal(found, await app.Client.GetAllInstancesAsync().Select(instance => instance.InstanceId).ToListAsync());
    }

    [Fact]
    public async Task Query_WithPayloads_HasThem_AndNoneWithout()
    {
        await using var app = await FilledAsync();

        foreach (var id in new[] { "a-done", "b-done" })
        {
            var plain = await app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: id)).FirstAsync();
            Assert.Equal((null, null, null), (plain.SerializedInput, plain.SerializedOutput, plain.SerializedCustomStatus));
            var whole = await app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: id, FetchInputsAndOutputs: true)).FirstAsync();
            Assert.Equal((id, $"{id}!", "half"), (whole.ReadInputAs<string>(), whole.ReadOutputAs<string>(), whole.ReadCustomStatusAs<string>()));
            Assert.Equal(("Done", "v"), (whole.Name, whole.Tags["k"]));
        }

        var failed = await app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "a-failed", FetchInputsAndOutputs: true)).FirstAsync();
        Assert.Equal("System.FormatException: bad", failed.FailureDetails!.ToString());
    }

    private static async Task<IEnumerable<string>> IdsAsync(AppHub app, OrchestrationQuery query) =>
        (await app.Client.GetAllInstancesAsync(query).Select(instance => instance.InstanceId).ToListAsync()).Order(StringComparer.Ordinal);

    /// <summary>Those of <c>a</c> are in storage alone; those of <c>b</c>, an hour later, are in memory.</summary>
    private async Task<AppHub> FilledAsync()
    {
        var app = await new AppHub(azurite, sessions: 0, _time)
            .Orchestrator("Done", context =>
            {
                context.SetCustomStatus("half");
                return Task.FromResult<object?>(context.GetInput<string>() + "!");
            })
            .Orchestrator("Fails", _ => throw new FormatException("bad"))
            .Orchestrator("Waits", async context => await context.WaitForExternalEvent<string>("Go"))
            .StartAsync();
        _begin = _time.GetUtcNow();
        await StartAsync(app, "Done", "ä done");
        await FinishedAsync(app, "a-");
        await app.RestartAsync();

        _time.Advance(TimeSpan.FromHours(1));
        _middle = _time.GetUtcNow();
        await FinishedAsync(app, "b-");
        await StartAsync(app, "Waits", "b-running");
        await StartAsync(app, "Waits", "b-suspended");
        await StartAsync(app, "Waits", "b-pending", _middle.AddYears(1));
        await app.StatusIsAsync("b-running", OrchestrationRuntimeStatus.Running);
        await app.Client.SuspendInstanceAsync("b-suspended");
        await app.StatusIsAsync("b-suspended", OrchestrationRuntimeStatus.Suspended);
        return app;
    }

    private static async Task FinishedAsync(AppHub app, string prefix)
    {
        await StartAsync(app, "Done", prefix + "done");
        await StartAsync(app, "Fails", prefix + "failed");
        await StartAsync(app, "Waits", prefix + "terminated");
        await app.Client.TerminateInstanceAsync(prefix + "terminated");
        foreach (var kind in new[] { "done", "failed", "terminated" })
        {
            await app.EndOfAsync(prefix + kind);
        }
    }

    private static Task<string> StartAsync(AppHub app, string name, string id, DateTimeOffset? at = null) =>
        app.Client.ScheduleNewOrchestrationInstanceAsync(
            name, id, new StartOrchestrationOptions(id, at) { Tags = new Dictionary<string, string> { ["k"] = "v" } });
}
