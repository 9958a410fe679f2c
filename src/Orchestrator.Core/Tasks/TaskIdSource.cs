namespace Orchestrator.Tasks;

/// <summary>Gives new tasks their ids, spread evenly over the active shards.</summary>
public sealed class TaskIdSource
{
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly int _activeShards;

    /// <summary>Creates the source.</summary>
    /// <param name="activeShards">1–256; new ids get shards below it.</param>
    public TaskIdSource(TimeProvider time, IRandomSource random, int activeShards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(activeShards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(activeShards, 256);
        _time = time;
        _random = random;
        _activeShards = activeShards;
    }

    /// <summary>A new id of the present millisecond.</summary>
    public TaskId Next()
    {
        Span<byte> draw = stackalloc byte[2];
        _random.Fill(draw);
        return TaskId.New(_time.GetUtcNow(), ((draw[0] << 8) | draw[1]) % _activeShards, _random);
    }
}
