using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Hub;

public sealed class TimerQueueTests
{
    private readonly ManualTimeProvider _time = new();

    private DateTime In(int seconds) => _time.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    [Fact]
    public void TakeDue_GivesWhatIsDue_InTheOrderOfTimeThenArrival()
    {
        using var queue = new TimerQueue(_time, () => { });
        DueTimer[] timers = [new(In(2), "b"), new(In(1), "a"), new(In(2), "c"), new(In(9), "late")];
        Array.ForEach(timers, queue.Add);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["a", "b", "c"], queue.TakeDue().Select(t => t.Key));
        Assert.Empty(queue.TakeDue());
    }

    [Fact]
    public void Wake_ComesAtTheEarliestMoment_AndAtLeastEveryHalfMinute()
    {
        var wakes = 0;
        using var queue = new TimerQueue(_time, () => wakes++);
        queue.Add(new DueTimer(In(100), "a"));
        Assert.Equal(TimeSpan.FromSeconds(30), _time.NextDue);

        queue.Add(new DueTimer(In(5), "b"));
        Assert.Equal(TimeSpan.FromSeconds(5), _time.NextDue);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((1, "b"), (wakes, Assert.Single(queue.TakeDue()).Key));
    }

    [Fact]
    public void Drop_OfAnExecution_LeavesNothingOfIt_AndTheOthersAlone()
    {
        using var queue = new TimerQueue(_time, () => { });
        queue.Add(new DueTimer(In(1), "a", "ended", 0));
        queue.Add(new DueTimer(In(3000), "a", "ended", 1));
        queue.Add(new DueTimer(In(1), "b", "lives", 0));
        queue.Add(new DueTimer(In(1), "@entity@c"));

        queue.Drop("ended");

        Assert.Equal(2, queue.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b", "@entity@c"], queue.TakeDue().Select(t => t.Key));
        queue.Drop("lives");
        Assert.Equal(0, queue.Count);
    }
}
