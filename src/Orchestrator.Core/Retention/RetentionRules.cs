using Orchestrator.Tasks;

namespace Orchestrator.Retention;

/// <summary>How long every task is kept after its end, by the definitions of now: those that tasks were submitted with do not count.</summary>
public sealed class RetentionRules
{
    private readonly TaskRetention _times;
    private readonly Dictionary<string, TaskRetention> _byType;

    /// <summary>Creates the rules.</summary>
    /// <param name="times">What counts where a type says nothing; with a time for every state.</param>
    /// <param name="types">The types that there are now. Tasks of others are kept as if their type said nothing.</param>
    public RetentionRules(TaskRetention times, IEnumerable<TaskType> types)
    {
        _times = times;
        _byType = types.Where(type => type.Retention is not null).ToDictionary(type => type.Name, type => type.Retention!, StringComparer.Ordinal);
        Shortest = TimesOf(times).Concat(_byType.Values.SelectMany(TimesOf)).Min();
    }

    /// <summary>No task goes sooner after its end.</summary>
    public TimeSpan Shortest { get; }

    /// <summary>Rules by which every task goes so long after its end, whatever its type says. Not negative.</summary>
    public static RetentionRules OfAge(TimeSpan age) => new(TaskRetention.OfAll(age), []);

    /// <summary>How long a task that ended in a terminal state is kept.</summary>
    public TimeSpan Of(string type, TaskState state) =>
        (_byType.TryGetValue(type, out var own) ? own.Of(state) : null)
        ?? _times.Of(state)
        ?? throw new ArgumentOutOfRangeException(nameof(state), state, "A task that is not over is kept.");

    private static IEnumerable<TimeSpan> TimesOf(TaskRetention retention) =>
        new[] { retention.Succeeded, retention.Failed, retention.Cancelled, retention.Expired }.OfType<TimeSpan>();
}
