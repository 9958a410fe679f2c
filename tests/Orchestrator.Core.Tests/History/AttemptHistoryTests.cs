using System.Text.Json;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.History;

public sealed class AttemptHistoryTests
{
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NoAttempt_Empty() => Assert.Empty(AttemptHistory.Of([Event(1, TaskEventType.Submitted, null), Event(2, TaskEventType.Cancelled, null)]));

    [Fact]
    public void Of_WholeLife_EveryAttemptAsItStoodLast()
    {
        var attempts = AttemptHistory.Of(
        [
            Event(1, TaskEventType.Submitted, null),
            Event(2, TaskEventType.Started, 1, """{"agent":"a","epoch":1}"""),
            Event(3, TaskEventType.TakenOver, 1, """{"agent":"b","epoch":2}"""),
            Event(4, TaskEventType.CancelRequested, 1),
            Event(5, TaskEventType.Retrying, 1, """{"code":"c","message":"m"}"""),
            Event(6, TaskEventType.Started, 2, """{"agent":"b","epoch":3}"""),
            Event(7, TaskEventType.Deferred, 2),
            Event(8, TaskEventType.Started, 2, """{"agent":"b","epoch":4}"""),
            Event(9, TaskEventType.Succeeded, 2),
        ]);

        Assert.Equal(
            [
                new AttemptHistory { Number = 1, State = AttemptState.Failed, Agent = "b", Epoch = 2, StartedAt = At(2), EndedAt = At(5), TakeOvers = 1, Error = new TaskError("c", "m") },
                new AttemptHistory { Number = 2, State = AttemptState.Succeeded, Agent = "b", Epoch = 4, StartedAt = At(6), EndedAt = At(9) },
            ],
            attempts);
    }

    [Theory]
    [InlineData(TaskEventType.Pending, AttemptState.Pending, false, false)]
    [InlineData(TaskEventType.Deferred, AttemptState.Deferred, false, false)]
    [InlineData(TaskEventType.PauseRequested, AttemptState.Running, false, false)]
    [InlineData(TaskEventType.Failed, AttemptState.Failed, true, true)]
    [InlineData(TaskEventType.Cancelled, AttemptState.Cancelled, true, false)]
    [InlineData(TaskEventType.Expired, AttemptState.Expired, true, true)]
    public void Of_LastEvent_SaysHowItStands(TaskEventType last, AttemptState state, bool hasEnded, bool hasError)
    {
        var attempt = Assert.Single(AttemptHistory.Of([Event(2, TaskEventType.Started, 1, """{"agent":"a","epoch":1}"""), Event(3, last, 1, """{"code":"c"}""")]));

        Assert.Equal((state, hasEnded ? At(3) : null, hasError ? new TaskError("c", "") : null), (attempt.State, attempt.EndedAt, attempt.Error));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"agent":5,"epoch":1.5}""")]
    public void Of_DetailOfAnotherShape_IsPassedOver(string? detail)
    {
        var attempt = Assert.Single(AttemptHistory.Of([Event(2, TaskEventType.Started, 1, detail), Event(3, TaskEventType.Failed, 1, detail)]));

        Assert.Equal((AttemptState.Failed, null, 0L, null), (attempt.State, attempt.Agent, attempt.Epoch, attempt.Error));
    }

    private static DateTimeOffset At(int number) => _start.AddSeconds(number);

    private static TaskEvent Event(int number, TaskEventType type, int? attempt, string? detail = null) =>
        new(number, type, At(number), attempt, detail is null ? null : JsonElement.Parse(detail));
}
