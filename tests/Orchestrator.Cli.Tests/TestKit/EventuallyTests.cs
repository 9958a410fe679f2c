using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.TestKit;

public sealed class EventuallyTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task ValueAsync_BecomesAsAwaited_ReturnsIt()
    {
        var count = 0;

        Assert.Equal(3, await Eventually.ValueAsync(() => Task.FromResult(++count), value => value == 3, "it counts to three"));
    }

    [Fact]
    public async Task ValueAsync_Never_SaysWhatWasSeenLast()
    {
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.ValueAsync(() => Task.FromResult("red"), value => value == "green", "the light is green", _short));

        Assert.Equal("Expected within 0.02 s: the light is green. Last seen: red.", exception.Message);
    }

    [Fact]
    public async Task TrueAsync_Never_Throws() =>
        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.TrueAsync(() => false, "it is true", _short));

    [Fact]
    public async Task WithinLimitAsync_TaskNeverEnds_SaysWhatWasExpected()
    {
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource<int>().Task.WithinLimitAsync("the answer", _short));

        Assert.Equal("Expected within 0.02 s: the answer.", exception.Message);
    }

    [Fact]
    public async Task WithinLimitAsync_TaskFails_ThrowsItsException() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => Task.FromException(new InvalidDataException()).WithinLimitAsync("no failure"));
}
