using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestrator.Storage.Outages;

/// <summary>
/// The client's own retries, exponential and with jitter, within a budget that all calls share; and none begins later than
/// <paramref name="lastBegin"/> after the first try, so that a call takes at most that and the time of one try.
/// </summary>
internal sealed class BudgetedRetries(int maxRetries, TimeSpan lastBegin, RetryBudget budget, StorageMetrics metrics, TimeProvider time)
    : RetryPolicy(maxRetries, DelayStrategy.CreateExponentialDelayStrategy(FirstPause, LongestPause))
{
    private const string BegunAt = "Orchestrator.BegunAt";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    protected override void OnSendingRequest(HttpMessage message)
    {
        if (message.TryGetProperty(BegunAt, out _))
        {
            metrics.RequestRetried();
            return;
        }

        message.SetProperty(BegunAt, time.GetTimestamp());
        budget.CallMade();
    }

    protected override ValueTask OnSendingRequestAsync(HttpMessage message)
    {
        OnSendingRequest(message);
        return ValueTask.CompletedTask;
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => base.ShouldRetry(message, exception) && MayRetry(message);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        await base.ShouldRetryAsync(message, exception) && MayRetry(message);

    private bool MayRetry(HttpMessage message) =>
        message.TryGetProperty(BegunAt, out var begunAt) && time.GetElapsedTime((long)begunAt!) < lastBegin && budget.TryTake();
}
