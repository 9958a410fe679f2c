using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Configuration;

/// <summary>
/// The options of a section, as they are now. When the configuration changes, the new values are checked first: if one of them is at fault, all stay
/// as they were. What is marked with <see cref="LiveAttribute"/> then changes, the rest keeps its value until the next start; each change is logged.
/// </summary>
internal sealed partial class LiveOptions<TOptions> : IOptionsMonitor<TOptions>, IDisposable
    where TOptions : class
{
    private readonly SettingsSection<TOptions> _section;
    private readonly IOptionsFactory<TOptions> _factory;
    private readonly IConfiguration _configuration;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly IDisposable _watch;
    private readonly HashSet<string> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private Action<TOptions, string?>? _listeners;
    private TOptions? _current;

    /// <summary>The entries that are read from the configuration alone and not held by the options.</summary>
    private Dictionary<string, string?> _entries = [];
    private string? _lastRefusal;

    /// <summary>Watches; reads when first asked, so that options at fault do not keep others from being checked.</summary>
    public LiveOptions(SettingsSection<TOptions> section, IOptionsFactory<TOptions> factory, IConfiguration configuration, ILoggerFactory loggers)
    {
        _section = section;
        _factory = factory;
        _configuration = configuration;
        _logger = loggers.CreateLogger("Orchestrator.Configuration.Settings");
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <inheritdoc/>
    public TOptions CurrentValue
    {
        get
        {
            lock (_lock)
            {
                if (_current is null)
                {
                    _current = _factory.Create(Options.DefaultName);
                    _entries = Entries();
                }

                return _current;
            }
        }
    }

    /// <inheritdoc/>
    public TOptions Get(string? name) => CurrentValue;

    /// <inheritdoc/>
    public IDisposable OnChange(Action<TOptions, string?> listener)
    {
        lock (_lock)
            _listeners += listener;
        return new Listening(this, listener);
    }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    private void Reload()
    {
        TOptions changed;
        Action<TOptions, string?>? listeners;
        lock (_lock)
        {
            // Nobody has it yet; whoever asks first gets what is then.
            if (_current is not { } before)
                return;
            TakeEntries();
            if (Accept(before) is not { } accepted)
                return;
            _current = changed = accepted;
            listeners = _listeners;
        }

        listeners?.Invoke(changed, Options.DefaultName);
    }

    /// <summary>Nobody has to accept these, for whoever needs one reads it then; that it is another now is said all the same.</summary>
    private void TakeEntries()
    {
        var (old, now) = (_entries, Entries());
        _entries = now;
        foreach (var key in old.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase))
        {
            var (from, to) = (old.GetValueOrDefault(key), now.GetValueOrDefault(key));
            if (!string.Equals(from, to, StringComparison.Ordinal) && _section.Find(key) is { } setting)
                LogChanged(_logger, key, setting.Show(from) ?? "not set", setting.Show(to) ?? "not set");
        }
    }

    private Dictionary<string, string?> Entries() => _section.EntriesIn(_configuration).ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options after a change of the configuration; null when nothing changes now.</summary>
    private TOptions? Accept(TOptions before)
    {
        TOptions after;
        try
        {
            after = _factory.Create(Options.DefaultName);
        }
        catch (OptionsValidationException refused)
        {
            var faults = string.Join(' ', refused.Failures);
            if (faults != _lastRefusal)
                LogRefused(_logger, _section.Name, faults);
            _lastRefusal = faults;
            return null;
        }

        _lastRefusal = null;
        var (old, now) = (Texts(before), Texts(after));
        var changed = false;
        foreach (var key in old.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase))
        {
            var (from, to) = (old.GetValueOrDefault(key), now.GetValueOrDefault(key));
            if (string.Equals(from, to, StringComparison.Ordinal))
                continue;
            if (_section.Find(key) is not { } setting)
                continue;
            if (setting.IsLive)
                LogChanged(_logger, key, setting.Show(from) ?? "not set", setting.Show(to) ?? "not set");
            else if (_waiting.Add($"{key}={to}"))
                LogWaits(_logger, key, setting.Show(from) ?? "not set", setting.Show(to) ?? "not set");
            changed |= setting.IsLive;
        }

        if (!changed)
            return null;
        KeepFixed(before, after);
        return after;
    }

    private Dictionary<string, string?> Texts(TOptions options) =>
        SettingShape.Read(options, _section.Name).ToDictionary(read => read.Key, read => SettingText.Of(read.Value), StringComparer.OrdinalIgnoreCase);

    private static void KeepFixed(object before, object after)
    {
        foreach (var property in SettingShape.PropertiesOf(before.GetType()).Where(property => !property.IsDefined(typeof(LiveAttribute))))
        {
            var value = property.GetValue(before);
            if (property.SetMethod is { IsPublic: true })
                property.SetValue(after, value);
            else
                KeepWithin(value, property.GetValue(after));
        }
    }

    private static void KeepWithin(object? from, object? to)
    {
        if (to is IDictionary names)
        {
            names.Clear();
            foreach (DictionaryEntry entry in (IDictionary)from!)
                names.Add(entry.Key, entry.Value);
        }
        else if (to is IList numbers)
        {
            numbers.Clear();
            foreach (var entry in (IList)from!)
                numbers.Add(entry);
        }
        else if (from is not null && to is not null)
        {
            KeepFixed(from, to);
        }
    }

    private void Remove(Action<TOptions, string?> listener)
    {
        lock (_lock)
            _listeners -= listener;
    }

    [LoggerMessage(1000, LogLevel.Information, "{Key} has changed from {Old} to {New}.")]
    private static partial void LogChanged(ILogger logger, string key, string old, string @new);

    [LoggerMessage(1001, LogLevel.Warning, "{Key} is {New} in the settings now, which takes effect at the next start; until then it stays {Old}.")]
    private static partial void LogWaits(ILogger logger, string key, string old, string @new);

    [LoggerMessage(1002, LogLevel.Error, "A change of {Section} is refused, and the values before it stay in force: {Faults}")]
    private static partial void LogRefused(ILogger logger, string section, string faults);

    private sealed class Listening(LiveOptions<TOptions> options, Action<TOptions, string?> listener) : IDisposable
    {
        public void Dispose() => options.Remove(listener);
    }
}
