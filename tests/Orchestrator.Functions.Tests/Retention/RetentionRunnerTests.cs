using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.History;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Retention;

public sealed class RetentionRunnerTests : IDisposable
{
    private static readonly DateOnly Day = new(2026, 10, 1);
    private static readonly RetentionSegment First = new(Day, "first");
    private static readonly RetentionSegment Second = new(Day, "second");

    private readonly TaskRig _rig = new();
    private readonly Mock<IRetentionStore> _store = new();
    private readonly RetentionRunner _runner;
    private readonly List<string> _done = [];
    private bool _isDropped = true;
    private RetentionPlan _plan = new([], [], IsWhole: true);

    public RetentionRunnerTests()
    {
        _runner = new RetentionRunner(_store.Object, _rig.Purger, NullLogger<RetentionRunner>.Instance);
        _store.Setup(store => store.PlanAsync(It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => _plan);
        _store.Setup(store => store.ListToReleaseAsync(Day, It.IsAny<CancellationToken>())).ReturnsAsync([First, Second]);
        foreach (var (segment, number) in new[] { (First, 1), (Second, 2) })
        {
            _store.Setup(store => store.ListDueAsync(segment, It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync([Over(number), Over(number + 10)]);
            _store.Setup(store => store.ListAllDueAsync(segment, It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync([Over(number), Over(number + 10)]);
        }

        _store.Setup(store => store.RemoveAsync(It.IsAny<RetentionSegment>(), It.IsAny<IReadOnlyList<TaskRecord>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken _) =>
            {
                _done.Add($"remove {tasks.Count} of {segment.Key}");
                return [.. tasks.Select(task => task.Id)];
            });
        _store.Setup(store => store.ReleaseAsync(It.IsAny<RetentionSegment>(), It.IsAny<IReadOnlyList<TaskRecord>>(), It.IsAny<CancellationToken>()))
            .Returns((RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken _) =>
            {
                _done.Add($"release {tasks.Count} of {segment.Key}");
                return Task.CompletedTask;
            });
        _store.Setup(store => store.DropAsync(Day, It.IsAny<CancellationToken>())).Returns(() =>
        {
            _done.Add("drop");
            return Task.FromResult(_isDropped);
        });
    }

    public void Dispose() => _runner.Dispose();

    [Fact]
    public async Task Run_WholeDay_ReleasedThenDropped()
    {
        _plan = new RetentionPlan([Day], [], IsWhole: true);

        var run = await RunAsync(limit: 100);

        Assert.Equal(["release 2 of first", "release 2 of second", "drop"], _done);
        Assert.Equal((4, false), (run.Removed, run.IsMore));
        Assert.Equal([Day], run.DroppedDays);
        Assert.Equal(4, _rig.Clients.Purged.Count);
    }

    [Fact]
    public async Task Run_TaskCameIntoTheDayMeanwhile_TheDayIsNotDropped()
    {
        _plan = new RetentionPlan([Day], [], IsWhole: true);
        _isDropped = false;

        var run = await RunAsync(limit: 100);

        Assert.Equal(["release 2 of first", "release 2 of second", "drop"], _done);
        Assert.Empty(run.DroppedDays);
    }

    [Fact]
    public async Task Run_LimitInTheMiddleOfADay_GoneOnWithByTheNext()
    {
        _plan = new RetentionPlan([Day], [First], IsWhole: true);

        var run = await RunAsync(limit: 2);

        Assert.Equal(["release 2 of first"], _done);
        Assert.Equal((2, 0, true), (run.Removed, run.DroppedDays.Count, run.IsMore));
    }

    [Fact]
    public async Task Run_TaskOfTheDayIsToBeKept_NothingIsDropped()
    {
        _plan = new RetentionPlan([Day], [], IsWhole: false);
        _store.Setup(store => store.ListAllDueAsync(Second, It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync((IReadOnlyList<TaskRecord>?)null);

        var run = await RunAsync(limit: 100);

        Assert.Equal(["release 2 of first"], _done);
        Assert.True(run.IsMore, "The plan was not whole.");
    }

    [Fact]
    public async Task Run_OrchestrationStillRuns_ItIsToldAndItsTaskStays()
    {
        _plan = new RetentionPlan([], [First], IsWhole: true);
        _rig.Clients.Existing.Add(Over(11).Id.ToString());

        await RunAsync(limit: 100);

        Assert.Equal(["remove 1 of first"], _done);
        Assert.Equal([(Over(11).Id.ToString(), "TaskChanged")], _rig.Clients.Raised);

    }

    [Fact]
    public async Task Run_OrchestrationOfADayStillRuns_TheDayIsPutOffAndTheOthersGoOneByOne()
    {
        _plan = new RetentionPlan([Day], [], IsWhole: true);
        _rig.Clients.Existing.Add(Over(11).Id.ToString());
        _store.Setup(store => store.PutOff(Day)).Callback(() =>
        {
            _done.Add("put off");
            _plan = new RetentionPlan([], [First, Second], IsWhole: true);
        });

        var run = await RunAsync(limit: 100);

        Assert.Equal(["put off", "remove 1 of first", "remove 2 of second"], _done);
        Assert.Equal((3, 0, false), (run.Removed, run.DroppedDays.Count, run.IsMore));
    }

    [Fact]
    public async Task Run_FirstOnesDoNotEnd_OthersTakeTheirPlaces()
    {
        _plan = new RetentionPlan([], [First], IsWhole: true);
        _rig.Clients.Existing.Add(Over(1).Id.ToString());

        Assert.Equal(1, (await RunAsync(limit: 1)).Removed);

        Assert.Equal(["remove 0 of first", "remove 1 of first"], _done);
    }

    [Fact]
    public async Task Run_InstanceCannotBePurged_OthersGoAllTheSame()
    {
        _plan = new RetentionPlan([], [First, Second], IsWhole: true);
        _rig.Clients.FailingPurges.Add(Over(1).Id.ToString());

        Assert.Equal(3, (await RunAsync(limit: 100)).Removed);

        Assert.Equal(["remove 1 of first", "remove 2 of second"], _done);
    }

    [Fact]
    public async Task Run_Segments_UpToTheLimit()
    {
        _plan = new RetentionPlan([], [First, Second], IsWhole: true);
        Assert.Equal(3, (await RunAsync(limit: 3)).Removed);
        Assert.Equal(2, (await RunAsync(limit: 2)).Removed);

        Assert.Equal(["remove 2 of first", "remove 1 of second", "remove 2 of first"], _done);
    }

    [Fact]
    public async Task Timer_Runs_WithTheTimesOfTypesAndSettings()
    {
        RetentionRules? rules = null;
        _store.Setup(store => store.PlanAsync(It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync((RetentionRules given, CancellationToken _) =>
        {
            rules = given;
            return _plan;
        });
        var types = new TestCatalog(new TaskType { Name = "own", Retention = new TaskRetention(TimeSpan.FromHours(1), null, null, null) });
        var timer = new RetentionTimer(_runner, types, _rig.DeadLetterStore, _rig.Time, TestOptions.Of(new RetentionOptions { Failed = TimeSpan.FromDays(5) }));

        await timer.RemoveOldTasks(new TimerInfo(), _rig.Clients.Client, CancellationToken.None);

        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromDays(5)), (rules!.Of("own", TaskState.Succeeded), rules.Of("own", TaskState.Failed)));
    }

    [Fact]
    public async Task Timer_DeadLetters_RemovesThoseThatAreOverTheirTime()
    {
        var timer = new RetentionTimer(_runner, new TestCatalog(), _rig.DeadLetterStore, _rig.Time, TestOptions.Of(new RetentionOptions { DeadLetters = TimeSpan.FromDays(5) }));
        foreach (var days in new[] { 4, 6 })
        {
            var letter = new DeadLetter { Source = "callback", Id = $"{days}", ArrivedAt = _rig.Time.GetUtcNow(), DeadAt = _rig.Time.GetUtcNow() - TimeSpan.FromDays(days), Code = "x", Reason = "", Body = "" };
            await _rig.DeadLetterStore.AddAsync(letter, CancellationToken.None);
        }

        await timer.RemoveOldDeadLetters(new TimerInfo(), CancellationToken.None);

        Assert.Equal(["4"], _rig.DeadLetters.Select(letter => letter.Id));
    }

    private Task<RetentionRun> RunAsync(int limit) => _runner.RunAsync(_rig.Clients.Client, RetentionRules.OfAge(TimeSpan.Zero), limit, CancellationToken.None);

    private static TaskRecord Over(int number) => new() { Id = TestTasks.Id(number), Type = "test", State = TaskState.Succeeded, UpdatedAt = TestTasks.Start, FinishedAt = TestTasks.Start };
}
