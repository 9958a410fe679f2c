using System.Diagnostics;

namespace Orchestrator.TestKit.Waiting;

/// <summary>
/// Waits for what another thread or process will bring about. The limits are generous, for a slow machine: a test that
/// passes never reaches them, and one that does fails with the whole expectation and what was seen last.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(10);

    /// <summary>The limit where none is given: 60 s.</summary>
    public static TimeSpan DefaultLimit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Polls until the condition holds.</summary>
    /// <param name="expectation">What was awaited, for the failure's message: "the queue is empty".</param>
    /// <exception cref="TimeoutException">It did not within the limit.</exception>
    public static Task TrueAsync(Func<bool> condition, string expectation, TimeSpan? limit = null) =>
        ValueAsync(() => Task.FromResult(condition()), held => held, expectation, limit);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)" />
    public static Task TrueAsync(Func<Task<bool>> condition, string expectation, TimeSpan? limit = null) =>
        ValueAsync(condition, held => held, expectation, limit);

    /// <summary>Polls until the value is as awaited, and returns it.</summary>
    /// <param name="pause">Between two looks: 10 ms, or longer where a look costs the system under test something.</param>
    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)" />
    public static async Task<T> ValueAsync<T>(
        Func<Task<T>> read, Func<T, bool> isAwaited, string expectation, TimeSpan? limit = null, TimeSpan? pause = null)
    {
        var within = limit ?? DefaultLimit;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isAwaited(value))
                return value;
            if (watch.Elapsed > within)
                throw new TimeoutException($"Expected within {within.TotalSeconds} s: {expectation}. Last seen: {value}.");
            await Task.Delay(pause ?? _poll, TimeProvider.System);
        }
    }

    /// <summary>Awaits the task, but not for ever.</summary>
    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)" />
    public static async Task<T> WithinLimitAsync<T>(this Task<T> task, string expectation, TimeSpan? limit = null)
    {
        await ((Task)task).WithinLimitAsync(expectation, limit);
        return await task;
    }

    /// <inheritdoc cref="WithinLimitAsync{T}(Task{T}, string, TimeSpan?)" />
    public static async Task WithinLimitAsync(this Task task, string expectation, TimeSpan? limit = null)
    {
        var within = limit ?? DefaultLimit;
        using var stopTimer = new CancellationTokenSource();
        var timer = Task.Delay(within, TimeProvider.System, stopTimer.Token);
        if (await Task.WhenAny(task, timer) == timer)
            throw new TimeoutException($"Expected within {within.TotalSeconds} s: {expectation}.");
        await stopTimer.CancelAsync();
        await task;
    }
}
