using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DurableTask.Hub;

/// <summary>
/// Repeats calls that can do no harm: reads, and the creation of tables. Any other write is repeated by whoever knows its write id,
/// and nothing that has run into its time-out is, for somebody waits for it.
/// </summary>
internal sealed class RepeatableCalls() : RetryPolicy(MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(FirstPause, LongestPause))
{
    private const int MaxRetries = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        CanBeRepeated(message.Request, exception) && base.ShouldRetry(message, exception);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        CanBeRepeated(message.Request, exception) && await base.ShouldRetryAsync(message, exception);

    private static bool CanBeRepeated(Request request, Exception? exception) =>
        exception is not OperationCanceledException
        && (request.Method == RequestMethod.Get || request.Uri.Path.EndsWith("/Tables", StringComparison.Ordinal));
}
