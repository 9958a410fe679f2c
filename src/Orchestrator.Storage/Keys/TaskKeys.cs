using System.Globalization;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Where a task's rows are: table (16 per UTC day) and partition (shard) follow from the id. Row keys in a partition:
/// <code>
/// t!{inverted id}               the task
/// e!{id}!{number:8}             an event
/// p!{id}!{i|o}!{hash}!{number:4}  a chunk of its input or output; without hash as release 1 wrote it
/// s!{state}!{inverted id}       index by state, with the columns a list shows; moves with the state
/// y!{type}!{inverted id}        index by type, written once
/// a!{agent}!{inverted id}       index by agent, written when it first takes an attempt
/// g!{tag}!{inverted id}         index by tag, written once
/// c!{parent}!{inverted id}      index by parent, written once
/// r!{correlation}!{inverted id} index by correlation id, written once
/// h!{id}                        how far its latest attempt is
/// l!{id}!{attempt:6}!{epoch:6}!{part:4}  lines of an attempt's log
/// x!{id}!{dependent}            another task that waits for its end
/// u!{id}                        in fixed shards of old only: its orchestration may not have been started
/// </code>
/// Inverted ids sort newest first.
/// </summary>
internal static class TaskKeys
{
    private const long LastMillisecond = 253_402_300_799_999;
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Begins the names of the day tables, after the configured prefix.</summary>
    public const string TablePrefix = "Tasks";

    /// <summary>Tables that the segments of a day are spread over; the fixed shards of old have another one together.</summary>
    public const int TablesPerDay = 16;

    /// <summary>Name of the table of a task, such as Tasks20261122s4.</summary>
    public static string Table(TaskId id) => Table(id.Day, id.Shard);

    /// <summary>Name of the table of a day and shard, such as Tasks20261122s4; of fixed shards Tasks20261122.</summary>
    public static string Table(DateOnly day, int shard)
    {
        var name = TablePrefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return TaskShards.IsFixed(shard) ? name : string.Create(CultureInfo.InvariantCulture, $"{name}s{shard % TablesPerDay:x}");
    }

    /// <summary>Partition of a shard: two hexadecimal digits.</summary>
    public static string Partition(int shard) => shard.ToString("x2", CultureInfo.InvariantCulture);

    public static string Task(TaskId id) => "t!" + Invert(id);

    public static string Event(TaskId id, int number) => $"e!{id}!{number:D8}";

    /// <param name="hash">Hash of the whole payload; null for one written by release 1.</param>
    public static string Chunk(TaskId id, char payload, string? hash, int number) => $"{ChunkPrefix(id, payload, hash)}{number:D4}";

    public static string State(TaskState state, TaskId id) => StatePrefix(state) + Invert(id);

    public static string Type(string type, TaskId id) => TypePrefix(type) + Invert(id);

    public static string Tag(string tag, TaskId id) => TagPrefix(tag) + Invert(id);

    public static string Agent(string agent, TaskId id) => AgentPrefix(agent) + Invert(id);

    public static string Parent(string parent, TaskId id) => ParentPrefix(parent) + Invert(id);

    public static string Correlation(string correlation, TaskId id) => CorrelationPrefix(correlation) + Invert(id);

    public static string Unstarted(TaskId id) => "u!" + id;

    public static string Report(TaskId id) => "h!" + id;

    public static string Log(TaskId id, AttemptLogPart part) => $"{LogPrefix(id, part.Attempt)}{part.Epoch:D6}!{part.Part:D4}";

    /// <summary>What all row keys of a task's logs begin with.</summary>
    public static string LogPrefix(TaskId id) => $"l!{id}!";

    /// <summary>What all row keys of an attempt's log begin with.</summary>
    public static string LogPrefix(TaskId id, int attempt) => $"{LogPrefix(id)}{attempt:D6}!";

    public static string Edge(TaskId id, TaskId dependent) => $"{EdgePrefix(id)}{dependent}";

    /// <summary>What all row keys of the tasks that wait for a task begin with.</summary>
    public static string EdgePrefix(TaskId id) => $"x!{id}!";

    /// <summary>What all row keys of tasks begin with.</summary>
    public const string TaskPrefix = "t!";

    public static string StatePrefix(TaskState state) => $"s!{state}!";

    public static string TypePrefix(string type) => $"y!{KeyText.Encode(type)}!";

    public static string TagPrefix(string tag) => $"g!{KeyText.Encode(tag)}!";

    public static string AgentPrefix(string agent) => $"a!{KeyText.Encode(agent)}!";

    public static string ParentPrefix(string parent) => $"c!{KeyText.Encode(parent)}!";

    public static string CorrelationPrefix(string correlation) => $"r!{KeyText.Encode(correlation)}!";

    /// <summary>What all row keys of a task's events begin with.</summary>
    public static string EventPrefix(TaskId id) => $"e!{id}!";

    /// <summary>What all row keys of a task's chunks begin with.</summary>
    public static string ChunkPrefix(TaskId id) => $"p!{id}!";

    /// <summary>What all row keys of a payload's chunks begin with.</summary>
    public static string ChunkPrefix(TaskId id, char payload, string? hash) => hash is null ? $"p!{id}!{payload}!" : $"p!{id}!{payload}!{hash}!";

    /// <summary>The first key, in ordinal order, after all that begin with <paramref name="prefix"/>, which ends with '!'.</summary>
    public static string After(string prefix) => prefix[..^1] + '"';

    /// <summary>The id with every digit replaced by its complement, so that newer ids come first.</summary>
    public static string Invert(TaskId id) => Invert(id.ToString());

    private static string Invert(ReadOnlySpan<char> text) => string.Create(TaskId.Length, text, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = Digits[31 - Digits.IndexOf(text[i], StringComparison.Ordinal)];
    });

    /// <summary>Reads the id at the end of the key of an index row or unstarted row, inverted or not: ids of our time begin with 0, inverted ones with Z.</summary>
    public static TaskId IdAtEnd(string rowKey)
    {
        var text = rowKey.AsSpan(rowKey.Length - TaskId.Length);
        return text[0] <= '7' ? TaskId.Parse(text, provider: null) : TaskId.Parse(Invert(text), provider: null);
    }

    /// <summary>The smallest id of a time: all ids of the time and after are not smaller.</summary>
    public static TaskId FirstOf(DateTimeOffset time) => TaskId.New(time, 0, Zeros.Instance);

    /// <summary>The smallest id of a millisecond since 1970; of the last one that an id can name when it is later.</summary>
    public static TaskId FirstOf(long milliseconds) => FirstOf(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, LastMillisecond)));

    private sealed class Zeros : IRandomSource
    {
        public static readonly Zeros Instance = new();

        public void Fill(Span<byte> destination) => destination.Clear();
    }
}
