using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Stats;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Counting;

/// <summary>What ended in a minute.</summary>
internal sealed class FinishMinute
{
    public Dictionary<TaskState, int> ByState { get; init; } = [];

    public DurationHistogram Wait { get; init; } = new();

    public DurationHistogram Run { get; init; } = new();
}

/// <summary>The tasks of a segment that ended of late, by the minute of their end.</summary>
internal sealed class FinishDigest
{
    /// <summary>For how long an end is kept; counted in whole minutes.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Dictionary<long, FinishMinute> _minutes = [];

    /// <summary>The last minute in which a task ended, of all that were added, also before the window; null: none.</summary>
    public long? LastMinute { get; private set; }

    /// <summary>The first minute of the window at a time.</summary>
    public static long FirstMinute(DateTimeOffset now) => MinuteOf(now - Window);

    public static DateTimeOffset TimeOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    /// <summary>Adds a task that is over.</summary>
    /// <param name="first">The first minute to keep.</param>
    public void Add(long first, TaskState state, DateTimeOffset createdAt, DateTimeOffset? startedAt, DateTimeOffset finishedAt)
    {
        var minute = MinuteOf(finishedAt);
        LastMinute = Math.Max(LastMinute ?? minute, minute);
        if (minute < first)
            return;

        if (!_minutes.TryGetValue(minute, out var digest))
            _minutes.Add(minute, digest = new FinishMinute());
        CollectionsMarshal.GetValueRefOrAddDefault(digest.ByState, state, out _)++;
        if (startedAt is not { } began)
            return;

        digest.Wait.Add(began - createdAt);
        digest.Run.Add(finishedAt - began);
    }

    /// <summary>Adds what ended in a minute or later.</summary>
    public void AddTo(FinishMinute sum, long first)
    {
        foreach (var (_, minute) in _minutes.Where(entry => entry.Key >= first))
        {
            foreach (var (state, count) in minute.ByState)
                CollectionsMarshal.GetValueRefOrAddDefault(sum.ByState, state, out _) += count;
            sum.Wait.Add(minute.Wait);
            sum.Run.Add(minute.Run);
        }
    }

    public string Write() => JsonSerializer.Serialize(_minutes.Select(entry => new Minute(
        entry.Key, entry.Value.ByState.ToDictionary(state => state.Key.ToString(), state => state.Value), entry.Value.Wait.Buckets, entry.Value.Run.Buckets)));

    public static FinishDigest Read(string json)
    {
        var digest = new FinishDigest();
        foreach (var minute in JsonSerializer.Deserialize<Minute[]>(json)!)
        {
            digest.LastMinute = Math.Max(digest.LastMinute ?? minute.M, minute.M);
            digest._minutes.Add(minute.M, new FinishMinute
            {
                ByState = minute.S.ToDictionary(state => Enum.Parse<TaskState>(state.Key), state => state.Value),
                Wait = new DurationHistogram(new Dictionary<int, int>(minute.W)),
                Run = new DurationHistogram(new Dictionary<int, int>(minute.R)),
            });
        }

        return digest;
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <summary>A minute as it is stored: its number since 1970, and what ended in it by state, by bucket of the wait and of the run.</summary>
    private sealed record Minute(long M, IReadOnlyDictionary<string, int> S, IReadOnlyDictionary<int, int> W, IReadOnlyDictionary<int, int> R);
}
