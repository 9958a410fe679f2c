using System.ComponentModel;

namespace Microsoft.DurableTask;

/// <summary>When a failed task is tried again.</summary>
public class RetryPolicy
{
    /// <param name="maxNumberOfAttempts">At least 1; the first attempt counts.</param>
    /// <param name="firstRetryInterval">The wait before the second attempt; more than zero.</param>
    /// <param name="backoffCoefficient">What each further wait is multiplied with; at least 1.</param>
    /// <param name="maxRetryInterval">The longest wait; null for an hour.</param>
    /// <param name="retryTimeout">No attempt begins later than this after the first; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        Require(maxNumberOfAttempts > 0, nameof(maxNumberOfAttempts), maxNumberOfAttempts, "must be greater than zero");
        Require(firstRetryInterval > TimeSpan.Zero, nameof(firstRetryInterval), firstRetryInterval, "must be greater than zero");
        Require(backoffCoefficient >= 1.0, nameof(backoffCoefficient), backoffCoefficient, "must be greater or equal to 1.0");
        Require(
            IsAtLeast(maxRetryInterval, firstRetryInterval), nameof(maxRetryInterval), maxRetryInterval,
            $"must be greater or equal to the value for {nameof(firstRetryInterval)}");
        Require(
            IsAtLeast(retryTimeout, firstRetryInterval), nameof(retryTimeout), retryTimeout,
            $"must be greater or equal to the value for {nameof(firstRetryInterval)}");

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan RetryTimeout { get; }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle { get; private init; } = static _ => true;

    [Obsolete("This functionality is not implemented. Will be removed in the future. Use TaskOptions.FromRetryHandler or HandleFailure instead.")]
    public Func<Exception, Task<bool>>? HandleAsync { get; set; }

    /// <summary>Which failures are tried again; all of them where it is not set.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            Handle = exception => exception is TaskFailedException failed
                ? value(failed.FailureDetails)
                : throw new InvalidOperationException($"A {exception?.GetType()} carries no failure details; only a {nameof(TaskFailedException)} does.");
        }
    }

    private static bool IsAtLeast(TimeSpan? value, TimeSpan least) => value is null || value == Timeout.InfiniteTimeSpan || value >= least;

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"The value for {name} {rule}.");
        }
    }
}
