namespace Orchestrator.Storage.Retention;

/// <summary>Request coalescing: what is asked for while a call is under way is done together by one next call.</summary>
/// <param name="call">The call, for all that was asked for; never runs twice at once.</param>
internal sealed class CoalescedCall<T>(Func<IReadOnlyCollection<T>, Task> call)
{
    private readonly Lock _lock = new();
    private Round? _next;
    private Task _last = Task.CompletedTask;

    /// <summary>Asks for it. Completes with the call that does it, and fails as that does.</summary>
    /// <param name="cancellationToken">Ends the wait; the call goes on for the others.</param>
    public Task InvokeAsync(IEnumerable<T> items, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next is null)
            {
                _next = new Round();
                _last = _next.Done = RunAsync(_next, after: _last);
            }

            _next.Items.AddRange(items);
            return _next.Done.WaitAsync(cancellationToken);
        }
    }

    private async Task RunAsync(Round round, Task after)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            _next = null;
        await call(round.Items);
    }

    private sealed class Round
    {
        public List<T> Items { get; } = [];

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
