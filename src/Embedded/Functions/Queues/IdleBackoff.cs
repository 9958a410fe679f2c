namespace Embedded.Functions.Queues;

/// <summary>
/// The pause between two looks at an empty queue: 100 ms, then twice the last one up to the maximum, each drawn from the 20 %
/// around it so that listeners do not march in step.
/// </summary>
/// <param name="random">A number from 0 to 1.</param>
internal sealed class IdleBackoff(TimeSpan maximum, Func<double> random)
{
    private static readonly TimeSpan Minimum = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next = Minimum;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = Min(_next * 2, maximum);
        return Min(pause * (0.8 + (0.4 * random())), maximum);
    }

    public void Reset() => _next = Minimum;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
