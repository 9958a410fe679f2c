namespace Orchestrator.Tasks;

/// <summary>The numbers of shards: 0–15 were fixed ones of each day, up to release 1; from 16 on segments take turns.</summary>
public static class TaskShards
{
    /// <summary>Lowest shard of segments.</summary>
    public const int First = 16;

    /// <summary>Number of shards that segments take turns in.</summary>
    public const int Count = 256 - First;

    /// <summary>How long a lane's period lasts: it divides a day, so that no segment crosses midnight.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(4);

    /// <summary>The shard <paramref name="steps"/> after <paramref name="shard"/>, the lowest following the highest.</summary>
    public static int After(int shard, int steps) => First + ((shard - First + steps) % Count);

    /// <summary>Whether it is one of the fixed shards of old.</summary>
    public static bool IsFixed(int shard) => shard < First;

    /// <summary>Beginning of the period that holds a time; both in milliseconds since 1970.</summary>
    public static long PeriodOf(long milliseconds) => milliseconds - (milliseconds % (long)Period.TotalMilliseconds);
}
