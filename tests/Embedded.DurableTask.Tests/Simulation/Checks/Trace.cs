namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>What happens in a simulated world, line by line. Holds no text that differs between two runs of a seed.</summary>
/// <param name="all">Takes every line; null to keep only the last ones.</param>
internal sealed class Trace(Func<TimeSpan> now, Action<string>? all)
{
    private const int Kept = 60;
    private const ulong Prime = 1099511628211;

    private readonly Queue<string> _last = new(Kept);

    /// <summary>A hash of all that was written.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    public long Lines { get; private set; }

    public string Last => string.Join('\n', _last);

    public void Write(string who, string what)
    {
        var line = $"{now().TotalMilliseconds,12:F3} {who,-4} {what}";
        Lines++;
        foreach (var unit in line)
        {
            Hash = (Hash ^ unit) * Prime;
        }

        all?.Invoke(line);
        if (_last.Count == Kept)
        {
            _last.Dequeue();
        }

        _last.Enqueue(line);
    }
}
