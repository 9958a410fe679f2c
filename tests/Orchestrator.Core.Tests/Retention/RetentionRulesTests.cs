using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly RetentionRules _rules = new(
        new RetentionOptions().Times,
        [
            new TaskType { Name = "plain" },
            new TaskType { Name = "short", Retention = TaskRetention.OfAll(TimeSpan.FromMinutes(1)) },
            new TaskType { Name = "partly", Retention = new TaskRetention(null, TimeSpan.FromDays(400), null, null) },
        ]);

    [Theory]
    [InlineData("plain", TaskState.Succeeded, 30)]
    [InlineData("plain", TaskState.Failed, 90)]
    [InlineData("plain", TaskState.Cancelled, 30)]
    [InlineData("plain", TaskState.Expired, 30)]
    [InlineData("gone", TaskState.Failed, 90)]
    [InlineData("partly", TaskState.Failed, 400)]
    [InlineData("partly", TaskState.Succeeded, 30)]
    public void Of_TypeAndState_ItsOwnTimeElseTheDefault(string type, TaskState state, int days) => Assert.Equal(TimeSpan.FromDays(days), _rules.Of(type, state));

    [Fact]
    public void Shortest_AnyType_IsFound()
    {
        Assert.Equal(TimeSpan.FromMinutes(1), _rules.Shortest);
        Assert.Equal(TimeSpan.FromHours(2), RetentionRules.OfAge(TimeSpan.FromHours(2)).Shortest);
        Assert.Equal(TimeSpan.FromHours(2), RetentionRules.OfAge(TimeSpan.FromHours(2)).Of("short", TaskState.Failed));
    }

    [Fact]
    public void Of_NotOver_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => _rules.Of("plain", TaskState.Running));

    [Fact]
    public void Due_SettledSegment_ByItsFirstAndLastEnds()
    {
        var content = new SegmentContent(Now, IsSettled: true, [new EndedTasks("plain", TaskState.Succeeded, Now, Now.AddDays(3)), new EndedTasks("plain", TaskState.Failed, Now.AddDays(-61), Now.AddDays(-50))]);

        Assert.Equal((Now.AddDays(29), Now.AddDays(40)), (content.FirstDue(_rules), content.LastDue(_rules)));
        Assert.Equal((false, true), (content.HasDue(_rules, Now.AddDays(29).AddTicks(-1)), content.HasDue(_rules, Now.AddDays(29))));
    }

    [Fact]
    public void Due_UnsettledSegment_LookedAtAgainWhenWhatEndedSinceCouldBeDue()
    {
        var content = new SegmentContent(Now, IsSettled: false, [new EndedTasks("plain", TaskState.Succeeded, Now, Now)]);

        Assert.Equal((Now.AddMinutes(1), (DateTimeOffset?)null), (content.FirstDue(_rules), content.LastDue(_rules)));
    }

    [Fact]
    public void Due_EmptySettledSegment_NothingIsEverAndAllIs()
    {
        var content = new SegmentContent(Now, IsSettled: true, []);

        Assert.Equal(((DateTimeOffset?)null, DateTimeOffset.MinValue), (content.FirstDue(_rules), content.LastDue(_rules)));
    }

    [Fact]
    public void Find_Obstacles_EachByItself()
    {
        var task = new TaskRecord { Id = default, Type = "plain", State = TaskState.Succeeded, UpdatedAt = Now };

        Assert.Null(PurgeObstacles.Find(task));
        Assert.Equal(PurgeObstacle.NotOver, PurgeObstacles.Find(task with { State = TaskState.Paused }));
        Assert.Equal(PurgeObstacle.CallbackPending, PurgeObstacles.Find(task with { Unstarted = true, Callback = new TaskCallback("https://example.com/", CallbackState.Pending) }));
        Assert.Equal(PurgeObstacle.OthersWait, PurgeObstacles.Find(task with { Unstarted = true, HasDependents = true }));
        Assert.Null(PurgeObstacles.Find(task with { HasDependents = true, Callback = new TaskCallback("https://example.com/", CallbackState.Failed) }));
    }
}
