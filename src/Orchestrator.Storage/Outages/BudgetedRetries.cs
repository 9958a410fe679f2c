using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestrator.Storage.Outages;

/// <summary>
/// The client's own retries, exponential and with jitter, or when storage says so, within a budget that all calls share; and none begins later than
/// <paramref name="lastBegin"/> after the first try, so that a call takes at most that and the time of one try.
/// </summary>
internal sealed class BudgetedRetries(int maxRetries, TimeSpan lastBegin, RetryBudget budget, StorageMetrics metrics, TimeProvider time) : RetryPolicy(maxRetries, Pauses)
{
    private const string BegunAt = "Orchestrator.BegunAt";
    private const string NotFirst = "Orchestrator.NotFirst";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly DelayStrategy Pauses = DelayStrategy.CreateExponentialDelayStrategy(FirstPause, LongestPause);
    private static readonly Dictionary<string, object?> Marks = new(StringComparer.Ordinal) { [NotFirst] = true };

    /// <summary>
    /// Until it is disposed of, what the same flow of control sends earns nothing for the budget. For whoever sends again by himself what has failed, or looks
    /// what became of it: else every repetition would earn part of the next one, and the budget bound nothing.
    /// </summary>
    public static IDisposable EarnNothing() => HttpPipeline.CreateHttpMessagePropertiesScope(Marks);

    protected override void OnSendingRequest(HttpMessage message)
    {
        if (message.TryGetProperty(BegunAt, out _))
        {
            metrics.RequestRetried();
            return;
        }

        message.SetProperty(BegunAt, time.GetTimestamp());
        if (!message.TryGetProperty(NotFirst, out _))
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

    private bool MayRetry(HttpMessage message) => message.TryGetProperty(BegunAt, out var begunAt) && IsInTime(message, (long)begunAt!) && budget.TryTake();

    /// <summary>Whether the next try begins in time. Its pause is at least what the answer's Retry-After says.</summary>
    private bool IsInTime(HttpMessage message, long begunAt) =>
        time.GetElapsedTime(begunAt) + Pauses.GetNextDelay(message.HasResponse ? message.Response : null, message.ProcessingContext.RetryNumber + 1) < lastBegin;
}
