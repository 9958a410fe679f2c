using Moq;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Stats;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.History;
using Orchestrator.Limits;
using Orchestrator.Stats;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Stats;

public sealed class StatsReaderTests
{
    private readonly ManualTimeProvider _time = new(TestTasks.Start);
    private int _reads;
    private Exception? _fault;

    [Fact]
    public async Task Measure_NobodyListens_ReadsNothing()
    {
        await Reader(new TaskMetrics(new Meters())).MeasureAsync(CancellationToken.None);

        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task Measure_SomebodyListens_ShownUntilTheNextLookIsLongOverdue()
    {
        using var meters = new TestMeters();
        await Reader(new TaskMetrics(meters)).MeasureAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(80));
        meters.Observe();
        _time.Advance(TimeSpan.FromSeconds(10));
        meters.Observe();

        Assert.Equal(1, _reads);
        Assert.Equal(["tasks.oldest_queued 95 "], meters.Of(TaskMetrics.OldestQueuedName));
        Assert.Equal(5, meters.Of(TaskMetrics.LiveName).Count);
    }

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, true, "look")]
    [InlineData(true, false, "sweep")]
    [InlineData(true, true, "sweep")]
    public async Task MeasureAfter_EitherFails_LooksAllTheSameAndTheFirstFailureIsThrown(bool sweepFails, bool lookFails, string? expected)
    {
        using var meters = new TestMeters();
        _fault = lookFails ? new InvalidOperationException("look") : null;
        var sweep = new TaskCompletionSource();

        var measured = Reader(new TaskMetrics(meters)).MeasureAfterAsync(sweep.Task, CancellationToken.None);
        Assert.Equal(0, _reads);
        if (sweepFails)
            sweep.SetException(new InvalidOperationException("sweep"));
        else
            sweep.SetResult();

        Assert.Equal(expected, (await Record.ExceptionAsync(() => measured))?.Message);
        Assert.Equal(1, _reads);
    }

    private StatsReader Reader(TaskMetrics metrics)
    {
        var tasks = new Mock<ITaskStatistics>();
        tasks.Setup(statistics => statistics.ReadAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            _reads++;
            if (_fault is not null)
                throw _fault;
            var counts = new TaskCounts(new Dictionary<TaskState, long> { [TaskState.Queued] = 1 }, new Dictionary<string, long>(), _time.GetUtcNow(), IsPartial: false);
            var finished = new FinishedTasks(TestTasks.Start, TestTasks.Start, new Dictionary<TaskState, long>(), new DurationHistogram(), new DurationHistogram());
            return new TaskStatistics(counts, new Dictionary<string, long>(), new OldestQueued(TestTasks.Id(1), TestTasks.Start - TimeSpan.FromSeconds(15)), MostOverdue: null, finished);
        });
        var limiters = new LimiterOverview(new MemoryAvailability(_time), Mock.Of<ISlotQueues>(), Mock.Of<ITaskStore>(), Mock.Of<ITaskTypeCatalog>());
        return new StatsReader(tasks.Object, Mock.Of<IDeadLetterStore>(), limiters, metrics, _time);
    }
}
