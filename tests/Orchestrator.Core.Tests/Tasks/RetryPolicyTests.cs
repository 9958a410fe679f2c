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

    [Theory]
    [InlineData(DelayGrowth.Fixed, new[] { 2, 2, 2, 2 })]
    [InlineData(DelayGrowth.Linear, new[] { 2, 4, 6, 7 })]
    [InlineData(DelayGrowth.Exponential, new[] { 2, 6, 7, 7 })]
    public void DelayAfter_AnyGrowth_GrowsSoUpToTheLimit(DelayGrowth growth, int[] seconds)
    {
        var policy = new RetryPolicy { Growth = growth, FirstDelay = TimeSpan.FromSeconds(2), Backoff = 3, MaxDelay = TimeSpan.FromSeconds(7) };

        Assert.Equal(seconds, Enumerable.Range(1, 4).Select(attempt => (int)policy.DelayAfter(attempt).TotalSeconds));
    }

    [Fact]
    public void DelayAfter_Jitter_TakesUpToItsPartOff()
    {
        var policy = new RetryPolicy { FirstDelay = TimeSpan.FromSeconds(10), Jitter = 0.5 };

        Assert.Equal([10.0, 7.5, 5.0, 5.0], new[] { 0, 0.5, 1, 7 }.Select(chance => policy.DelayAfter(1, chance).TotalSeconds));
    }

    [Theory]
    [InlineData("other", false, false)]
    [InlineData("other", true, true)]
    [InlineData("busy", false, true)]
    [InlineData("gone", true, false)]
    public void IsRetryable_CodesNamed_GoBeforeWhatTheAgentSays(string code, bool agentSays, bool expected) =>
        Assert.Equal(expected, new RetryPolicy { RetryableCodes = ["busy"], TerminalCodes = ["gone"] }.IsRetryable(code, agentSays));

    [Fact]
    public void Equals_SameCodesInOtherLists_IsEqual()
    {
        RetryPolicy Make() => new() { RetryableCodes = [.. new List<string> { "busy" }], TerminalCodes = [.. new List<string> { "gone" }] };

        Assert.Equal((Make(), Make().GetHashCode()), (Make(), Make().GetHashCode()));
        Assert.NotEqual(Make(), Make() with { TerminalCodes = [] });
    }

    [Fact]
    public void FindFaults_CodesAtFault_NamesThem() =>
        Assert.Equal(
            [
                "RetryableCodes has a code of 0 characters; it must be 1 to 100.",
                "TerminalCodes has 51 codes; at most 50 are allowed.",
                "'c7' is in RetryableCodes and in TerminalCodes; it must be in one of them.",
            ],
            new RetryPolicy { RetryableCodes = ["", "c7"], TerminalCodes = [.. Enumerable.Range(0, 51).Select(number => $"c{number}")] }.FindFaults());

    [Fact]
    public void FindFaults_EverythingOutOfRange_NamesEveryValue() =>
        Assert.Equal(
            [
                "MaxAttempts is 0; it must be 1 to 100.",
                "FirstDelay is -00:00:01; it must be 0 to 1 day.",
                "Growth is 7; it must be Exponential, Linear or Fixed.",
                "Backoff is NaN; it must be 1 to 10.",
                "MaxDelay is 2.00:00:00; it must be 0 to 1 day.",
                "Jitter is 2; it must be 0 to 1.",
                "Budget is 00:00:00; it must be over 0, up to 365 days.",
            ],
            new RetryPolicy { MaxAttempts = 0, FirstDelay = TimeSpan.FromSeconds(-1), Growth = (DelayGrowth)7, Backoff = double.NaN, MaxDelay = TimeSpan.FromDays(2), Jitter = 2, Budget = TimeSpan.Zero }.FindFaults());

    [Fact]
    public void FindFaults_DefaultAndNone_FindsNothing() =>
        Assert.Empty(RetryPolicy.Default.FindFaults().Concat(RetryPolicy.None.FindFaults()));
}
