namespace Embedded.DurableTask.Hub;

/// <summary>Waits for answers.</summary>
internal static class Answers
{
    /// <summary>The answer, unless the caller gives up first. Then nobody gets it any more.</summary>
    /// <remarks><see cref="Task.WaitAsync(CancellationToken)"/> would take an answer from the loop over the thread pool to the caller.</remarks>
    public static async Task<T> WithinAsync<T>(this TaskCompletionSource<T> answer, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), answer);
        return await answer.Task;
    }
}
