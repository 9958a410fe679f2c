using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hostile;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hostile;

public sealed class TwiceActivityRunnerTests
{
    private static readonly ActivityWork _work = new("instance", "execution", 7, "Work", "1");

    private readonly Deliveries _deliveries = new();
    private readonly TaskCompletionSource _oneHasEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(1, true, "result 1")]
    [InlineData(2, true, "result 2")]
    [InlineData(1, false, "result 2")]
    [InlineData(2, false, "result 1")]
    public async Task Run_BothAtOnce_GivesTheEarlierOrTheLaterResult(int endsFirst, bool earlierCounts, string result)
    {
        var runner = Runner(atOnce: true, earlierCounts);

        var running = runner.RunAsync(_work, default).AsTask();
        await _deliveries.BegunAsync(2);
        _deliveries.End(endsFirst, Completed(endsFirst));
        await _oneHasEnded.Task.WithinLimitAsync("one delivery has ended");
        if (!earlierCounts)
        {
            _deliveries.End(3 - endsFirst, Completed(3 - endsFirst));
        }

        Assert.Equal(new TaskCompleted(7, result), await running.WithinLimitAsync("the activity ends"));
        Assert.Equal([_work, _work], _deliveries.Works);
    }

    [Theory]
    [InlineData(true, "result 1")]
    [InlineData(false, "result 2")]
    public async Task Run_OneAfterTheOther_GivesTheEarlierOrTheLaterResult(bool earlierCounts, string result)
    {
        var runner = Runner(atOnce: false, earlierCounts);

        var running = runner.RunAsync(_work, default).AsTask();
        await _deliveries.BegunAsync(1);
        Assert.Single(_deliveries.Works);
        _deliveries.End(1, Completed(1));
        await _deliveries.BegunAsync(2);
        if (!earlierCounts)
        {
            _deliveries.End(2, Completed(2));
        }

        Assert.Equal(new TaskCompleted(7, result), await running.WithinLimitAsync("the activity ends"));
        Assert.Equal([_work, _work], _deliveries.Works);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OneDeliveryFails_IsAFailureOnlyIfThatOneCounts(bool earlierCounts)
    {
        var runner = Runner(atOnce: true, earlierCounts);
        var failed = new TaskFailed(7, new Failure("Type", "first"));

        var running = runner.RunAsync(_work, default).AsTask();
        await _deliveries.BegunAsync(2);
        _deliveries.End(1, failed);
        await _oneHasEnded.Task.WithinLimitAsync("one delivery has ended");
        _deliveries.End(2, Completed(2));

        Assert.Equal<OrchestrationMessage>(earlierCounts ? failed : Completed(2), await running.WithinLimitAsync("the activity ends"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhenIdle_ADeliveryThatDoesNotCountStillRuns_WaitsForIt(bool atOnce)
    {
        var runner = Runner(atOnce, earlierCounts: true);
        var running = runner.RunAsync(_work, default).AsTask();
        await _deliveries.BegunAsync(atOnce ? 2 : 1);
        _deliveries.End(1, Completed(1));
        await running.WithinLimitAsync("the activity ends");

        var idle = runner.WhenIdleAsync();

        Assert.False(idle.IsCompleted);
        await _deliveries.BegunAsync(2);
        _deliveries.End(2, Completed(2));
        await idle.WithinLimitAsync("the second delivery ends");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TheHostStops_HasNoResult(bool earlierCounts)
    {
        using var stop = new CancellationTokenSource();
        var runner = Runner(atOnce: true, earlierCounts);
        var running = runner.RunAsync(_work, stop.Token).AsTask();
        await _deliveries.BegunAsync(2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WithinLimitAsync("the activity ends"));
        await runner.WhenIdleAsync().WithinLimitAsync("nothing runs");
    }

    private static TaskCompleted Completed(int number) => new(7, $"result {number}");

    private TwiceActivityRunner Runner(bool atOnce, bool earlierCounts)
    {
        var isFirstToss = true;
        return new TwiceActivityRunner(_deliveries, Toss);

        bool Toss()
        {
            if (isFirstToss)
            {
                isFirstToss = false;
                return atOnce;
            }

            _oneHasEnded.SetResult();
            return earlierCounts;
        }
    }

    /// <summary>Deliveries that end when the test says so; the first to begin is number 1.</summary>
    private sealed class Deliveries : IActivityRunner
    {
        private readonly Lock _lock = new();
        private readonly List<(ActivityWork Work, TaskCompletionSource<OrchestrationMessage> End)> _begun = [];

        public IReadOnlyList<ActivityWork> Works
        {
            get
            {
                lock (_lock)
                {
                    return [.. _begun.Select(delivery => delivery.Work)];
                }
            }
        }

        public Task BegunAsync(int count) => Eventually.TrueAsync(() => Works.Count == count, $"{count} deliveries have begun");

        public void End(int number, OrchestrationMessage result)
        {
            lock (_lock)
            {
                _begun[number - 1].End.SetResult(result);
            }
        }

        public async ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken)
        {
            var end = new TaskCompletionSource<OrchestrationMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _begun.Add((work, end));
            }

            return await end.Task.WaitAsync(cancellationToken);
        }
    }
}
