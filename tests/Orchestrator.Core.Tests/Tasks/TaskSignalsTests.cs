using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskSignalsTests
{
    private static readonly TaskRecord Task1 = TaskDecisions.Submit(TaskId.Parse("01M81CB2HB0C00000000000001"), new TaskSubmission { Type = new TaskType { Name = "t" } }).After;
    private static readonly TaskRecord Task2 = Task1 with { Id = TaskId.Parse("01M81CB2HB0C00000000000002") };

    private readonly TaskSignals _signals = new();

    [Fact]
    public async Task Next_ChangesSinceTheListenerWasMade_AllComeInOrder()
    {
        _signals.Publish(Task1);
        using var listener = _signals.Listen(Task1.Id);
        _signals.Publish(Task1 with { LastEvent = 2 });
        _signals.Publish(Task2);
        _signals.Publish(Task1 with { LastEvent = 3 });

        var first = await listener.Next;
        var second = await first.Next;

        Assert.Equal((2, 3, false), (first.Task.LastEvent, second.Task.LastEvent, second.Next.IsCompleted));
    }

    [Fact]
    public void Listen_AfterTheLastHasLeft_BeginsAnew()
    {
        _signals.Listen(Task1.Id).Dispose();
        using var listener = _signals.Listen(Task1.Id);
        using var other = _signals.Listen(Task1.Id);

        _signals.Publish(Task1);

        Assert.True(listener.Next.IsCompletedSuccessfully);
        Assert.True(other.Next.IsCompletedSuccessfully);
    }
}
