using System.Globalization;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Where a task's rows are: table (one per UTC day) and partition (shard) follow from the id. Row keys in a partition:
/// <code>
/// t!{inverted id}             the task
/// e!{id}!{number:8}           an event
/// p!{id}!{i|o}!{number:4}     a chunk of its input or output
/// s!{state}!{inverted id}     index by state, with the columns a list shows; moves with the state
/// y!{type}!{inverted id}      index by type, written once
/// g!{tag}!{inverted id}       index by tag, written once
/// u!{id}                      its orchestration may not have been started
/// h!{id}                      how far its latest attempt is
/// l!{id}!{attempt:6}!{epoch:6}!{part:4}  lines of an attempt's log
/// x!{id}!{dependent}          another task that waits for its end
/// </code>
/// Inverted ids sort newest first.
/// </summary>
internal static class TaskKeys
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Begins the names of the day tables, after the configured prefix.</summary>
    public const string TablePrefix = "Tasks";

    /// <summary>Name of a day's table, such as Tasks20261122.</summary>
    public static string Table(DateOnly day) => TablePrefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Partition of a shard: two hexadecimal digits.</summary>
    public static string Partition(int shard) => shard.ToString("x2", CultureInfo.InvariantCulture);

    public static string Task(TaskId id) => "t!" + Invert(id);

    public static string Event(TaskId id, int number) => $"e!{id}!{number:D8}";

    public static string Chunk(TaskId id, char payload, int number) => $"p!{id}!{payload}!{number:D4}";

    public static string State(TaskState state, TaskId id) => $"s!{state}!{Invert(id)}";

    public static string Type(string type, TaskId id) => $"y!{KeyText.Encode(type)}!{Invert(id)}";

    public static string Tag(string tag, TaskId id) => $"g!{KeyText.Encode(tag)}!{Invert(id)}";

    public static string Unstarted(TaskId id) => "u!" + id;

    public static string Report(TaskId id) => "h!" + id;

    public static string Log(TaskId id, AttemptLogPart part) => $"{LogPrefix(id, part.Attempt)}{part.Epoch:D6}!{part.Part:D4}";

    /// <summary>What all row keys of an attempt's log begin with.</summary>
    public static string LogPrefix(TaskId id, int attempt) => $"l!{id}!{attempt:D6}!";

    public static string Edge(TaskId id, TaskId dependent) => $"{EdgePrefix(id)}{dependent}";

    /// <summary>What all row keys of the tasks that wait for a task begin with.</summary>
    public static string EdgePrefix(TaskId id) => $"x!{id}!";

    /// <summary>What all row keys of tasks in <paramref name="state"/> begin with; of all tasks when null.</summary>
    public static string ListPrefix(TaskState? state) => state is null ? "t!" : $"s!{state}!";

    /// <summary>What all row keys of a task's events begin with.</summary>
    public static string EventPrefix(TaskId id) => $"e!{id}!";

    /// <summary>What all row keys of a payload's chunks begin with.</summary>
    public static string ChunkPrefix(TaskId id, char payload) => $"p!{id}!{payload}!";

    /// <summary>The first key, in ordinal order, after all that begin with <paramref name="prefix"/>, which ends with '!'.</summary>
    public static string After(string prefix) => prefix[..^1] + '"';

    /// <summary>The id with every digit replaced by its complement, so that newer ids come first.</summary>
    public static string Invert(TaskId id) => string.Create(TaskId.Length, id.ToString(), static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = Digits[31 - Digits.IndexOf(text[i], StringComparison.Ordinal)];
    });

    /// <summary>Reads the id at the end of an index row's or unstarted row's key.</summary>
    public static TaskId IdAtEnd(string rowKey) => TaskId.Parse(rowKey.AsSpan(rowKey.Length - TaskId.Length), provider: null);

    /// <summary>The smallest id of a day: all ids of the day and after are not smaller.</summary>
    public static TaskId FirstOf(DateTimeOffset time) => TaskId.New(time, 0, Zeros.Instance);

    private sealed class Zeros : IRandomSource
    {
        public static readonly Zeros Instance = new();

        public void Fill(Span<byte> destination) => destination.Clear();
    }
}
