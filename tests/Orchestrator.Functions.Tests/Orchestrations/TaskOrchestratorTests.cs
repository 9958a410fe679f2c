using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Orchestrations;

public sealed class TaskOrchestratorTests
{
    private const string Id = "01KABCDEF0123456789ABCDEFG";
    private static readonly DateTime Start = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly Queue<Func<AttemptStep>> _steps = new();
    private readonly List<AttemptRequest> _requests = [];
    private readonly List<DateTime> _timers = [];
    private readonly List<TaskCompletionSource<string>> _waits = [];
    private DateTime _now = Start;

    public TaskOrchestratorTests()
    {
        _context.Setup(context => context.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        _context.Setup(context => context.InstanceId).Returns(Id);
        _context.Setup(context => context.CurrentUtcDateTime).Returns(() => _now);
        _context.Setup(context => context.GetInput<TaskRun>()).Returns(new TaskRun(1));
        _context.Setup(context => context.CallActivityAsync<AttemptStep>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName name, object? input, TaskOptions? _) =>
            {
                Assert.Equal(nameof(AttemptActivity), name.Name);
                _requests.Add((AttemptRequest)input!);
                try
                {
                    return Task.FromResult(_steps.Dequeue()());
                }
                catch (TaskFailedException failure)
                {
                    return Task.FromException<AttemptStep>(failure);
                }
            });
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime fireAt, CancellationToken _) =>
            {
                _timers.Add(fireAt);
                _now = fireAt;
                return Task.CompletedTask;
            });
        _context.Setup(context => context.WaitForExternalEvent<string>(TaskOrchestrator.ChangedEvent, It.IsAny<CancellationToken>()))
            .Returns(() =>
            {
                _waits.Add(new TaskCompletionSource<string>());
                return _waits[^1].Task;
            });
    }

    [Fact]
    public async Task RunAsync_PlainTask_OneActivityAndNothingElse()
    {
        Answer(AttemptStep.Over(1));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new AttemptRequest(Id, 1)], _requests);
        Assert.Empty(_timers);
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task RunAsync_EachStep_IsSaidOnTheLoggerThatIsSilentInReplays()
    {
        var lines = new LogLines<TaskOrchestratorTests>();
        _context.Setup(context => context.CreateReplaySafeLogger("Orchestrator.Functions.Orchestrations.TaskOrchestrator")).Returns(lines);
        Answer(Again(2, 3), AttemptStep.Over(2));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal(2, lines.Lines(LogLevel.Debug).Count);
        Assert.Equal($"Asked for attempt 2 of task {Id}: Over; attempt 2 is next.", lines.Lines(LogLevel.Debug)[1]);
    }

    [Fact]
    public async Task RunAsync_NothingToDoForLong_Ends()
    {
        Answer(Again(2, 3), AttemptStep.Leave(2));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal(2, _requests.Count);
        Assert.Equal([Start.AddSeconds(3)], _timers);
    }

    [Fact]
    public async Task RunAsync_OthersAreToBeTold_TellsThemUntilItIsDone()
    {
        Answer(AttemptStep.FollowUp(1));
        var steps = new Queue<Func<FollowUpStep>>(
        [
            () => new FollowUpStep(IsDone: false, 2, Start.AddSeconds(5).Ticks),
            () => throw new TaskFailedException(nameof(FollowUpActivity), 0, new InvalidOperationException("storage is away")),
            () => FollowUpStep.Done,
        ]);
        var requests = FollowUps(steps);

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new FollowUpRequest(Id, 1), new FollowUpRequest(Id, 2), new FollowUpRequest(Id, 2)], requests);
        Assert.Equal([Start.AddSeconds(5), Start.AddSeconds(5) + TaskOrchestrator.FaultDelay], _timers);
    }

    [Fact]
    public async Task RunAsync_MoreToTellThanAHistoryTakes_GoesOnWhereItWas()
    {
        var pages = 10 * TaskOrchestrator.RoundsPerHistory;
        var steps = new Queue<Func<FollowUpStep>>(Enumerable.Range(1, pages).Select(page =>
            (Func<FollowUpStep>)(() => page == pages ? FollowUpStep.Done : new FollowUpStep(IsDone: false, (page / 20) + 1, 0, $"{page:d4}"))));
        var requests = FollowUps(steps);
        TaskRun? run = new(1);
        _context.Setup(context => context.GetInput<TaskRun>()).Returns(() => JsonSerializer.Deserialize<TaskRun>(JsonSerializer.Serialize(run)));
        _context.Setup(context => context.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? input, bool _) => run = (TaskRun?)input);

        while (run is not null)
        {
            Answer(AttemptStep.FollowUp(1));
            var before = requests.Count;
            var last = run;
            await TaskOrchestrator.RunAsync(_context.Object);
            Assert.InRange(requests.Count - before, 1, TaskOrchestrator.RoundsPerHistory);
            if (ReferenceEquals(run, last))
                run = null;
        }

        Assert.Equal(Enumerable.Range(0, pages).Select(page => new FollowUpRequest(Id, (page / 20) + 1, page == 0 ? null : $"{page:d4}")), requests);
    }

    [Theory]
    [InlineData("""{"Attempt":51}""", 1, null)]
    [InlineData("""{"ToldUpTo":null,"Attempt":51,"FollowUpTry":0}""", 1, null)]
    [InlineData("""{"Attempt":51,"FollowUpTry":3,"ToldUpTo":"0007","Later":true}""", 3, "0007")]
    public async Task RunAsync_RunAsItIsStored_GoesOnWhereItSays(string stored, int @try, string? after)
    {
        _context.Setup(context => context.GetInput<TaskRun>()).Returns(JsonSerializer.Deserialize<TaskRun>(stored));
        Answer(AttemptStep.FollowUp(51));
        var requests = FollowUps(new Queue<Func<FollowUpStep>>([() => FollowUpStep.Done]));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new AttemptRequest(Id, 51)], _requests);
        Assert.Equal([new FollowUpRequest(Id, @try, after)], requests);
    }

    [Fact]
    public async Task RunAsync_Again_AsksForTheNextAttemptWhenItIsDue()
    {
        Answer(Again(2, 3), Again(3, 9), AttemptStep.Over(3));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new AttemptRequest(Id, 1), new AttemptRequest(Id, 2), new AttemptRequest(Id, 3)], _requests);
        Assert.Equal([Start.AddSeconds(3), Start.AddSeconds(9)], _timers);
        Assert.Single(_waits);
    }

    [Fact]
    public async Task RunAsync_DueAlready_AsksAtOnce()
    {
        Answer(Again(2, 0), AttemptStep.Over(2));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Empty(_timers);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task RunAsync_TimerFiresEarly_WaitsAgain()
    {
        var due = Start.AddSeconds(3);
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime fireAt, CancellationToken _) =>
            {
                _timers.Add(fireAt);
                _now = _now.AddSeconds(1);
                return Task.CompletedTask;
            });
        Answer(Again(2, 3), AttemptStep.Over(2));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([due, due, due], _timers);
    }

    [Fact]
    public async Task RunAsync_Pending_AsksAgainWhenTheTaskHasChanged()
    {
        var isCancelled = false;
        _context.Setup(context => context.CreateTimer(Start + TaskOrchestrator.PendingCheck, It.IsAny<CancellationToken>()))
            .Returns((DateTime _, CancellationToken token) =>
            {
                token.Register(() => isCancelled = true);
                return new TaskCompletionSource().Task;
            });
        Answer(Pending, AttemptStep.Over(1));

        var run = TaskOrchestrator.RunAsync(_context.Object);
        Assert.False(run.IsCompleted);
        _waits[0].SetResult("");
        await run.WithinLimitAsync("The orchestration goes on.");

        Assert.Equal([new AttemptRequest(Id, 1), new AttemptRequest(Id, 1)], _requests);
        Assert.True(isCancelled, "The timer that is not needed any more must be cancelled.");
    }

    [Fact]
    public async Task RunAsync_PendingAndTheEventIsLost_LooksByItself()
    {
        Answer(Pending, Pending, AttemptStep.Over(1));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([Start + TaskOrchestrator.PendingCheck, Start + (2 * TaskOrchestrator.PendingCheck)], _timers);
        Assert.Single(_waits);
    }

    [Fact]
    public async Task RunAsync_ActivityCannotBeCarriedOut_AsksForTheSameAttemptLater()
    {
        _steps.Enqueue(() => throw new TaskFailedException(nameof(AttemptActivity), 0, new InvalidOperationException("storage is away")));
        Answer(AttemptStep.Over(1));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new AttemptRequest(Id, 1), new AttemptRequest(Id, 1)], _requests);
        Assert.Equal([Start + TaskOrchestrator.FaultDelay], _timers);
    }

    [Fact]
    public async Task RunAsync_ManyRounds_ContinuesAsNewWithTheNextAttempt()
    {
        for (var round = 1; round <= TaskOrchestrator.RoundsPerHistory; round++)
            Answer(Again(round + 1, 0));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal(TaskOrchestrator.RoundsPerHistory, _requests.Count);
        _context.Verify(context => context.ContinueAsNew(new TaskRun(TaskOrchestrator.RoundsPerHistory + 1), true), Moq.Times.Once);
    }

    [Fact]
    public async Task RunAsync_ContinuedAsNew_BeginsWithTheAttemptOfItsInput()
    {
        _context.Setup(context => context.GetInput<TaskRun>()).Returns(new TaskRun(51));
        Answer(AttemptStep.Over(51));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal([new AttemptRequest(Id, 51)], _requests);
    }

    /// <summary>Has the activity that tells others answer so; what it is asked for.</summary>
    private List<FollowUpRequest> FollowUps(Queue<Func<FollowUpStep>> steps)
    {
        var requests = new List<FollowUpRequest>();
        _context.Setup(context => context.CallActivityAsync<FollowUpStep>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName name, object? input, TaskOptions? _) =>
            {
                Assert.Equal(nameof(FollowUpActivity), name.Name);
                requests.Add((FollowUpRequest)input!);
                try
                {
                    return Task.FromResult(steps.Dequeue()());
                }
                catch (TaskFailedException failure)
                {
                    return Task.FromException<FollowUpStep>(failure);
                }
            });
        return requests;
    }

    private static AttemptStep Pending => new(AttemptNext.Pending, 1, 0);

    private static AttemptStep Again(int attempt, int dueInSeconds) => new(AttemptNext.Again, attempt, Start.AddSeconds(dueInSeconds).Ticks);

    private void Answer(params AttemptStep[] steps)
    {
        foreach (var step in steps)
            _steps.Enqueue(() => step);
    }
}
