using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskTimeoutsTests
{
    [Fact]
    public void FindFaults_EverythingOutOfRange_NamesEveryValue() =>
        Assert.Equal(
            [
                "Start is 00:00:00; it must be over 0, up to 365 days.",
                "Attempt is 400.00:00:00; it must be over 0, up to 365 days.",
                "Heartbeat is 00:00:00.5000000; it must be 1 s to 365 days.",
                "Total is -00:00:01; it must be over 0, up to 365 days.",
            ],
            new TaskTimeouts { Start = TimeSpan.Zero, Attempt = TimeSpan.FromDays(400), Heartbeat = TimeSpan.FromSeconds(0.5), Total = TimeSpan.FromSeconds(-1) }.FindFaults());

    [Fact]
    public void FindFaults_Default_FindsNothing() => Assert.Empty(TaskTimeouts.Default.FindFaults());
}
