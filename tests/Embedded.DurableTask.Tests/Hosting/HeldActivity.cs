namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>An activity that runs until the test lets it end.</summary>
public sealed class HeldActivity
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task;

    /// <summary>Whether its token was cancelled by the time it ended.</summary>
    public Task<bool> Ended => _ended.Task;

    public void LetEnd() => _mayEnd.SetResult();

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        await _mayEnd.Task;
        _ended.TrySetResult(cancellationToken.IsCancellationRequested);
        return "late";
    }
}
