using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// The levels of the log that were set while this process runs, over those of the settings. They are rules for the filters of all loggers, which are made anew when
/// one changes; one whose time is up falls away by itself. Categories are the same in whatever case they are written. Safe for all threads.
/// </summary>
public sealed class LogLevels : IPostConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private volatile ImmutableDictionary<string, LevelOverride> _levels = ImmutableDictionary.Create<string, LevelOverride>(StringComparer.OrdinalIgnoreCase);
    private volatile Action<IReadOnlyList<string>>? _over;
    private ConfigurationReloadToken _change = new();

    /// <summary>Begins with none.</summary>
    public LogLevels(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => DropOver(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string? Name => Options.DefaultName;

    /// <summary>Has categories told from now on that the settings hold for again because the time of their levels is up; one listener at a time.</summary>
    public void TellOver(Action<IReadOnlyList<string>>? listener) => _over = listener;

    /// <summary>Those in force, by category.</summary>
    public IReadOnlyList<LevelOverride> List() => [.. _levels.Values.OrderBy(level => level.Category, StringComparer.Ordinal)];

    /// <summary>Puts these in force in place of all before; those whose time is up are passed over, and of several of a category the last counts.</summary>
    /// <returns>What has changed: what is new or another than before, and the categories that the settings hold for again.</returns>
    public (IReadOnlyList<LevelOverride> Set, IReadOnlyList<string> Dropped) Replace(IEnumerable<LevelOverride> levels) => Put(levels);

    /// <inheritdoc/>
    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        // A rule for one sort of logger is stronger than one for all, so what was said of a sort is said for it again.
        string?[] sorts = [null, .. options.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct(StringComparer.Ordinal)];
        foreach (var level in _levels.Values)
        {
            var category = level.Category.Equals(LevelOverride.Default, StringComparison.OrdinalIgnoreCase) ? null : level.Category;
            foreach (var sort in sorts)
                options.Rules.Add(new LoggerFilterRule(sort, category, Enum.Parse<LogLevel>(level.Level), filter: null));
        }
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => Volatile.Read(ref _change);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void DropOver()
    {
        if (Put(levels: null).Dropped is { Count: > 0 } dropped)
            _over?.Invoke(dropped);
    }

    /// <param name="levels">Null for those that are in force already.</param>
    private (IReadOnlyList<LevelOverride> Set, IReadOnlyList<string> Dropped) Put(IEnumerable<LevelOverride>? levels)
    {
        ImmutableDictionary<string, LevelOverride> before, next;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            before = _levels;
            next = before.Clear().SetItems((levels ?? before.Values)
                .Where(level => !(level.Until <= now) && Enum.TryParse<LogLevel>(level.Level, out _))
                .Select(level => KeyValuePair.Create(level.Category, level)));
            _levels = next;
            Arm(now);
        }

        LevelOverride[] set = [.. next.Values.Where(level => before.GetValueOrDefault(level.Category) != level)];
        string[] dropped = [.. before.Values.Select(level => level.Category).Where(category => !next.ContainsKey(category))];
        if (set.Length > 0 || dropped.Length > 0)
            Changed();
        return (set, dropped);
    }

    private void Arm(DateTimeOffset now)
    {
        var next = _levels.Values.Min(level => level.Until);
        _timer.Change(next is { } until ? Later(until - now) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timers have whole milliseconds: not one too early, and none too long for them.</summary>
    private static TimeSpan Later(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, TimeSpan.FromDays(40).TotalMilliseconds));

    private void Changed() => Interlocked.Exchange(ref _change, new ConfigurationReloadToken()).OnReload();
}
