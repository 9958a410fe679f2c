using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class RetryPolicyTests
{
    [Fact]
    public void DelayAfter_DefaultPolicy_DoublesUpToTheLimit() =>
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60],
            Enumerable.Range(1, 8).Select(attempt => (int)RetryPolicy.Default.DelayAfter(attempt).TotalSeconds));

    [Fact]
    public void DelayAfter_ManyAttemptsWithSteepBackoff_StaysAtTheLimit() =>
        Assert.Equal(TimeSpan.FromHours(1), new RetryPolicy { Backoff = 10, MaxDelay = TimeSpan.FromHours(1) }.DelayAfter(100));

    [Fact]
    public void FindFaults_EverythingOutOfRange_NamesEveryValue() =>
        Assert.Equal(
            [
                "MaxAttempts is 0; it must be 1 to 100.",
                "FirstDelay is -00:00:01; it must be 0 to 1 day.",
                "Backoff is NaN; it must be 1 to 10.",
                "MaxDelay is 2.00:00:00; it must be 0 to 1 day.",
            ],
            new RetryPolicy { MaxAttempts = 0, FirstDelay = TimeSpan.FromSeconds(-1), Backoff = double.NaN, MaxDelay = TimeSpan.FromDays(2) }.FindFaults());

    [Fact]
    public void FindFaults_DefaultAndNone_FindsNothing() =>
        Assert.Empty(RetryPolicy.Default.FindFaults().Concat(RetryPolicy.None.FindFaults()));
}
