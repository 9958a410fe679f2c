namespace Orchestrator.Tasks;

/// <summary>What sending a callback came to.</summary>
public abstract record CallbackAnswer
{
    private CallbackAnswer()
    {
    }

    /// <summary>The receiver has it.</summary>
    public sealed record Delivered : CallbackAnswer;

    /// <summary>The receiver does not have it, or may not.</summary>
    /// <param name="IsRetryable">Whether another try may help.</param>
    public sealed record Failed(TaskError Error, bool IsRetryable) : CallbackAnswer
    {
        /// <summary>How long the receiver asks to be left alone; null: it does not.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }
}

/// <summary>Sends the ends of tasks to where their submitters want them.</summary>
public interface ICallbackSender
{
    /// <summary>Finds what is wrong with a callback address, a sentence; null: it can be used.</summary>
    string? FindFault(string url);

    /// <summary>Sends once.</summary>
    /// <param name="body">JSON in UTF-8.</param>
    Task<CallbackAnswer> SendAsync(string url, TaskId task, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
