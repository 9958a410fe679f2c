using Embedded.DurableTask.Client;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Client;

public sealed class HubClientTests
{
    private static readonly DateTime At = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Mock<ITaskHub> _hub = new(MockBehavior.Strict);
    private readonly ManualTimeProvider _time = new();

    private HubClient Client => new("Hub", _hub.Object, OrchestrationScript.Json, _time);

    private static InstanceView View(string id, InstanceStatus status = InstanceStatus.Completed) => new()
    {
        InstanceId = id,
        ExecutionId = "e",
        Name = "Main",
        Status = status,
        CreatedAt = At,
        LastUpdatedAt = At.AddMinutes(1),
    };

    private (List<ExecutionStarted> Starts, List<IReadOnlySet<InstanceStatus>> Replaceable) CaptureStarts(InstanceStatus? inTheWay = null)
    {
        var starts = new List<ExecutionStarted>();
        var replaceable = new List<IReadOnlySet<InstanceStatus>>();
        _hub.Setup(hub => hub.StartAsync(It.IsAny<string>(), Capture.In(starts), Capture.In(replaceable), It.IsAny<CancellationToken>()))
            .ReturnsAsync(inTheWay);
        return (starts, replaceable);
    }

    [Fact]
    public async Task Schedule_WithAllOptions_PassesThem()
    {
        var (starts, replaceable) = CaptureStarts();
        var options = new StartOrchestrationOptions("my-id", new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.FromHours(1)))
        {
            Version = "2",
            Tags = new Dictionary<string, string> { ["k"] = "v" },
        };

        Assert.Equal("my-id", await Client.ScheduleNewOrchestrationInstanceAsync("Main", new { A = 1 }, options));
        var start = Assert.Single(starts);
        Assert.Equal(("Main", """{"A":1}""", "2", At, At.AddHours(26)), (start.Name, start.Input, start.Version, start.CreatedAt, start.StartAt));
        Assert.Equal("v", start.Tags!["k"]);
        Assert.Equal(32, start.ExecutionId.Length);
        Assert.Equal([InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated], Assert.Single(replaceable).Order());
    }

    [Fact]
    public async Task Schedule_WithoutOptions_MakesUpAnId()
    {
        var (starts, _) = CaptureStarts();

        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main");
        Assert.Equal(32, id.Length);
        Assert.Equal((null, null, null, null), (starts[0].Input, starts[0].Version, starts[0].StartAt, starts[0].Tags));
    }

    [Fact]
    public async Task Schedule_WithDedupeStatuses_MayReplaceTheOthers()
    {
        var (_, replaceable) = CaptureStarts();
        var options = new StartOrchestrationOptions("a").WithDedupeStatuses(OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Completed);

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", options);
        await Client.ScheduleNewOrchestrationInstanceAsync("Main", options with { DedupeStatuses = [] });
        await Client.ScheduleNewOrchestrationInstanceAsync(
            "Main", options.WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]));
        Assert.Equal([InstanceStatus.Pending, InstanceStatus.Suspended, InstanceStatus.Failed, InstanceStatus.Terminated], replaceable[0].Order());
        Assert.Equal(6, replaceable[1].Count);
        Assert.Empty(replaceable[2]);
    }

    [Fact]
    public async Task Schedule_WithUnknownDedupeStatus_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions { DedupeStatuses = ["Sleeping"] }));

        Assert.StartsWith("Invalid orchestration runtime status: 'Sleeping' for deduplication.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_IdInUse_Throws()
    {
        CaptureStarts(InstanceStatus.Running);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("dupA")));
        Assert.Equal("An Orchestration instance with the ID dupA already exists.", error.Message);
    }

    [Theory]
    [InlineData("@entity@a", "Instance IDs starting with '@' are reserved for entities, and must not be used for orchestrations.")]
    [InlineData("a/b", @"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.")]
    [InlineData("a\\b", @"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.")]
    [InlineData("a#b", @"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.")]
    [InlineData("a?b", @"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.")]
    [InlineData("a\u0085b", @"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.")]
    public async Task Schedule_HostileId_IsRefused(string id, string message)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(id)));

        Assert.Equal($"{message} (Parameter 'options')", error.Message);
    }

    [Fact]
    public async Task Schedule_IdOf100Characters_IsTaken_Of101Refused()
    {
        CaptureStarts();

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(new string('x', 100)));
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(new string('x', 101))));
        Assert.Equal("Instance IDs have at most 100 characters; this one has 101. (Parameter 'options')", error.Message);
    }

    [Fact]
    public async Task Schedule_LoneSurrogateInTheId_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("a\ud800b")));

    [Fact]
    public async Task Schedule_WithoutAName_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => Client.ScheduleNewOrchestrationInstanceAsync(""));

    [Fact]
    public async Task Messages_AreDelivered()
    {
        var sent = new List<OrchestrationMessage>();
        _hub.Setup(hub => hub.SendAsync("a", Capture.In(sent), It.IsAny<CancellationToken>())).ReturnsAsync(Delivery.Delivered);

        await Client.RaiseEventAsync("a", "E", new { X = 1 });
        await Client.RaiseEventAsync("a", "E");
        await Client.TerminateInstanceAsync("a", (object)"why");
        await Client.TerminateInstanceAsync("a", new TerminateInstanceOptions(null, Recursive: true));
        await Client.SuspendInstanceAsync("a", "pause");
        await Client.ResumeInstanceAsync("a");
        Assert.Equal(
            [
                new EventRaised("E", """{"X":1}"""),
                new EventRaised("E", null),
                new ExecutionTerminated("\"why\"", Recursive: false),
                new ExecutionTerminated(null, Recursive: true),
                new ExecutionSuspended("pause"),
                new ExecutionResumed(null),
            ],
            sent);
    }

    [Fact]
    public async Task Message_ToAMissingInstance_Throws()
    {
        _hub.Setup(hub => hub.SendAsync("a", It.IsAny<OrchestrationMessage>(), It.IsAny<CancellationToken>())).ReturnsAsync(Delivery.NotFound);

        var error = await Assert.ThrowsAsync<TaskHubRequestException>(() => Client.RaiseEventAsync("a", "E"));
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"No instance with ID 'a' was found.\")", error.Message);
    }

    [Fact]
    public async Task Message_ToAFinishedInstance_Throws()
    {
        _hub.Setup(hub => hub.SendAsync("a", It.IsAny<OrchestrationMessage>(), It.IsAny<CancellationToken>())).ReturnsAsync(Delivery.Finished);

        var raise = await Assert.ThrowsAsync<TaskHubRequestException>(() => Client.RaiseEventAsync("a", "E"));
        var terminate = await Assert.ThrowsAsync<TaskHubRequestException>(() => Client.TerminateInstanceAsync("a"));
        Assert.Equal(
            "Status(StatusCode=\"FailedPrecondition\", Detail=\"Cannot raise event E for the orchestration instance a because it has ended.\")", raise.Message);
        Assert.Equal(
            "Status(StatusCode=\"FailedPrecondition\", Detail=\"Cannot terminate the orchestration instance a because it has ended.\")", terminate.Message);
    }

    [Fact]
    public async Task GetInstance_WithPayloads_MapsAll()
    {
        _hub.Setup(hub => hub.GetAsync("a", true, It.IsAny<CancellationToken>())).ReturnsAsync(View("a", InstanceStatus.Failed) with
        {
            Input = "1",
            Output = "X: y",
            CustomStatus = "\"s\"",
            Failure = new("X", "y"),
            Tags = new Dictionary<string, string> { ["k"] = "v" },
        });

        var metadata = (await Client.GetInstanceAsync("a", getInputsAndOutputs: true))!;
        Assert.Equal(("a", "Main", OrchestrationRuntimeStatus.Failed), (metadata.InstanceId, metadata.Name, metadata.RuntimeStatus));
        Assert.Equal((new DateTimeOffset(At), new DateTimeOffset(At.AddMinutes(1))), (metadata.CreatedAt, metadata.LastUpdatedAt));
        Assert.Equal((1, "X: y", "s"), (metadata.ReadInputAs<int>(), metadata.SerializedOutput, metadata.ReadCustomStatusAs<string>()));
        Assert.Equal(new TaskFailureDetails("X", "y", null, null, null), metadata.FailureDetails);
        Assert.Equal((true, false, "v"), (metadata.IsCompleted, metadata.IsRunning, metadata.Tags["k"]));
        Assert.Equal(
            "[Name: 'Main', ID: 'a', RuntimeStatus: Failed, CreatedAt: 2026-01-01T00:00:00, LastUpdatedAt: 2026-01-01T00:01:00, Input: '1', Output: 'X: y', FailureDetails: 'X - y']",
            metadata.ToString());
    }

    [Fact]
    public async Task GetInstance_WithoutPayloads_RefusesToReadThem()
    {
        _hub.Setup(hub => hub.GetAsync("a", false, It.IsAny<CancellationToken>())).ReturnsAsync(View("a"));

        var metadata = (await Client.GetInstanceAsync("a"))!;
        var error = Assert.Throws<InvalidOperationException>(() => metadata.ReadOutputAs<int>());
        Assert.Equal(
            "The ReadOutputAs method can only be used on OrchestrationMetadata objects that are fetched with the option to include inputs and outputs.",
            error.Message);
    }

    /// <summary>As the real one, so that nobody comes to rely on them.</summary>
    [Fact]
    public async Task GetInstance_WithoutPayloads_HasNoFailureDetailsEither()
    {
        _hub.Setup(hub => hub.GetAsync("a", false, It.IsAny<CancellationToken>())).ReturnsAsync(View("a", InstanceStatus.Failed) with { Failure = new("X", "y") });

        Assert.Null((await Client.GetInstanceAsync("a"))!.FailureDetails);
    }

    [Fact]
    public async Task GetInstance_Missing_IsNull()
    {
        _hub.Setup(hub => hub.GetAsync("a", false, It.IsAny<CancellationToken>())).ReturnsAsync((InstanceView?)null);

        Assert.Null(await Client.GetInstanceAsync("a"));
    }

    [Fact]
    public async Task Wait_ForStartAndEnd_AsksTheHub()
    {
        _hub.Setup(hub => hub.WaitAsync("a", true, false, It.IsAny<CancellationToken>())).ReturnsAsync(View("a", InstanceStatus.Running));
        _hub.Setup(hub => hub.WaitAsync("a", false, true, It.IsAny<CancellationToken>())).ReturnsAsync(View("a") with { Output = "3" });
        _hub.Setup(hub => hub.WaitAsync("b", false, false, It.IsAny<CancellationToken>())).ReturnsAsync((InstanceView?)null);

        Assert.True((await Client.WaitForInstanceStartAsync("a")).IsRunning);
        Assert.Equal(3, (await Client.WaitForInstanceCompletionAsync("a", getInputsAndOutputs: true)).ReadOutputAs<int>());
        await Assert.ThrowsAsync<TaskHubRequestException>(() => Client.WaitForInstanceCompletionAsync("b"));
    }

    [Fact]
    public async Task GetAllInstances_GoesOnAfterTheLastIdUntilAPageIsShort()
    {
        var filters = new List<InstanceFilter>();
        _hub.Setup(hub => hub.QueryAsync(Capture.In(filters), null, 2, false, It.IsAny<CancellationToken>())).ReturnsAsync([View("a"), View("b")]);
        _hub.Setup(hub => hub.QueryAsync(It.IsAny<InstanceFilter>(), "b", 2, false, It.IsAny<CancellationToken>())).ReturnsAsync([View("c")]);

        var query = new OrchestrationQuery(
            new DateTimeOffset(At), null, [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Pending], InstanceIdPrefix: "p", PageSize: 2);
        Assert.Equal(["a", "b", "c"], await Client.GetAllInstancesAsync(query).Select(instance => instance.InstanceId).ToListAsync());
        var filter = Assert.Single(filters);
        Assert.Equal((At, null, "p"), (filter.CreatedFrom, filter.CreatedTo, filter.IdPrefix));
        Assert.Equal([InstanceStatus.Pending, InstanceStatus.Completed], filter.Statuses!.Order());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(100, 0)]
    public async Task GetAllInstances_WithPagesOfNothing_IsRefused(int pageSize, int? hint)
    {
        var pages = Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: pageSize)).AsPages(pageSizeHint: hint);

        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pages.FirstAsync());
        Assert.Equal("PageSize", error.ParamName);
    }

    [Fact]
    public async Task GetAllInstances_OfAnotherHub_IsEmpty() =>
        Assert.Empty(await Client.GetAllInstancesAsync(new OrchestrationQuery(TaskHubNames: ["other"])).ToListAsync());

    [Fact]
    public async Task Purge_TellsHowMany()
    {
        _hub.Setup(hub => hub.PurgeAsync("a", true, It.IsAny<CancellationToken>())).ReturnsAsync(3);
        _hub.Setup(hub => hub.PurgeAsync("b", false, It.IsAny<CancellationToken>())).ReturnsAsync(0);

        Assert.Equal(3, (await Client.PurgeInstanceAsync("a", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Equal(0, (await Client.PurgeInstanceAsync("b")).PurgedInstanceCount);
    }

    [Fact]
    public async Task PurgeInstances_ByFilter_PurgesWhatHasEnded()
    {
        var filters = new List<InstanceFilter>();
        _hub.Setup(hub => hub.QueryAsync(Capture.In(filters), null, 100, false, It.IsAny<CancellationToken>())).ReturnsAsync([View("a"), View("b")]);
        _hub.Setup(hub => hub.PurgeAsync(It.IsAny<string>(), false, It.IsAny<CancellationToken>())).ReturnsAsync(1);

        var result = await Client.PurgeInstancesAsync(null, new DateTimeOffset(At));
        Assert.Equal((2, true), (result.PurgedInstanceCount, result.IsComplete));
        Assert.Equal([InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated], Assert.Single(filters).Statuses!.Order());
    }

    [Fact]
    public async Task PurgeInstances_TimeoutPassed_StopsAndSaysSo()
    {
        _hub.Setup(hub => hub.QueryAsync(It.IsAny<InstanceFilter>(), null, 100, false, It.IsAny<CancellationToken>())).ReturnsAsync([View("a"), View("b")]);
        _hub.Setup(hub => hub.PurgeAsync("a", false, It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return 1;
        });

        var result = await Client.PurgeAllInstancesAsync(new PurgeInstancesFilter { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal((1, false), (result.PurgedInstanceCount, result.IsComplete));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_StartsAgainWithTheFirstInput(bool newId)
    {
        var (starts, _) = CaptureStarts();
        _hub.Setup(hub => hub.GetAsync("a", true, It.IsAny<CancellationToken>())).ReturnsAsync(View("a") with { Input = "1", Version = "2" });

        var id = await Client.RestartAsync("a", newId);
        Assert.Equal(newId, id != "a");
        Assert.Equal(("Main", "1", "2"), (starts[0].Name, starts[0].Input, starts[0].Version));
    }

    [Fact]
    public async Task Restart_MissingOrRunning_Throws()
    {
        CaptureStarts(InstanceStatus.Running);
        _hub.Setup(hub => hub.GetAsync("a", true, It.IsAny<CancellationToken>())).ReturnsAsync(View("a", InstanceStatus.Running));
        _hub.Setup(hub => hub.GetAsync("b", true, It.IsAny<CancellationToken>())).ReturnsAsync((InstanceView?)null);

        var running = await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RestartAsync("a"));
        Assert.Equal("An orchestration with the instanceId a cannot be restarted.", running.Message);
        var missing = await Assert.ThrowsAsync<ArgumentException>(() => Client.RestartAsync("b"));
        Assert.Equal("An orchestration with the instanceId b was not found. (Parameter 'instanceId')", missing.Message);
    }
}
