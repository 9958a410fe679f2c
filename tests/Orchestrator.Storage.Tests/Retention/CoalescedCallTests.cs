using Orchestrator.Storage.Retention;

namespace Orchestrator.Storage.Tests.Retention;

public sealed class CoalescedCallTests
{
    private readonly List<(int[] Items, TaskCompletionSource Done)> _calls = [];
    private readonly SemaphoreSlim _called = new(0);
    private readonly CoalescedCall<int> _call;

    public CoalescedCallTests() => _call = new CoalescedCall<int>(items =>
    {
        _calls.Add(([.. items], new TaskCompletionSource()));
        _called.Release();
        return _calls[^1].Done.Task;
    });

    [Fact]
    public async Task Invoke_WhileACallIsUnderWay_OneNextCallDoesTheRest()
    {
        var first = _call.InvokeAsync([1], CancellationToken.None);
        await _called.WaitAsync();
        Task[] others = [_call.InvokeAsync([2, 3], CancellationToken.None), _call.InvokeAsync([4], CancellationToken.None)];

        _calls[0].Done.SetResult();
        await first;
        await _called.WaitAsync();
        Assert.All(others, other => Assert.False(other.IsCompleted));
        _calls[1].Done.SetResult();
        await Task.WhenAll(others);

        Assert.Equal([[1], [2, 3, 4]], _calls.Select(call => call.Items));
    }

    [Fact]
    public async Task Invoke_CallFails_ThoseItWasForFailAndTheNextDoNot()
    {
        var first = _call.InvokeAsync([1], CancellationToken.None);
        await _called.WaitAsync();
        var second = _call.InvokeAsync([2], CancellationToken.None);

        _calls[0].Done.SetException(new IOException("away"));
        await Assert.ThrowsAsync<IOException>(() => first);
        await _called.WaitAsync();
        _calls[1].Done.SetResult();

        await second;
    }

    [Fact]
    public async Task Invoke_OneNoLongerWaits_TheCallGoesOn()
    {
        using var cancelling = new CancellationTokenSource();
        var before = _call.InvokeAsync([0], CancellationToken.None);
        await _called.WaitAsync();
        var first = _call.InvokeAsync([1], cancelling.Token);
        var second = _call.InvokeAsync([2], CancellationToken.None);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        _calls[0].Done.SetResult();
        await before;
        await _called.WaitAsync();
        _calls[1].Done.SetResult();
        await second;

        Assert.Equal([1, 2], _calls[1].Items);
    }
}
