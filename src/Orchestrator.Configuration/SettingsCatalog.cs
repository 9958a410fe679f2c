using Microsoft.Extensions.Configuration;

namespace Orchestrator.Configuration;

/// <summary>A setting as it is in force.</summary>
/// <param name="Key">Where it stands, numbers and names of entries in place.</param>
/// <param name="Value">As text, masked if it is a secret; null: it is not set and has no default.</param>
/// <param name="Default">What holds where nobody sets it; null: nothing.</param>
/// <param name="Source">Where the value comes from; null: it is the default.</param>
/// <param name="IsLive">Whether a change is heeded while the program runs.</param>
/// <param name="IsSecret">Whether its value is shown to nobody.</param>
public sealed record EffectiveSetting(string Key, string? Value, string? Default, string? Source, bool IsLive, bool IsSecret);

/// <summary>All settings that there are, and what they are now.</summary>
public sealed class SettingsCatalog
{
    private readonly IConfiguration _configuration;
    private readonly IServiceProvider _services;

    /// <summary>Creates the catalog of all registered sections.</summary>
    public SettingsCatalog(IEnumerable<SettingsSection> sections, IConfiguration configuration, IServiceProvider services)
    {
        Sections = [.. sections.OrderBy(section => section.Name, StringComparer.Ordinal)];
        _configuration = configuration;
        _services = services;
    }

    /// <summary>All sections, by name.</summary>
    public IReadOnlyList<SettingsSection> Sections { get; }

    /// <summary>Every setting in force: those of the sections in their order, lists and entries by name with what is in them.</summary>
    public IReadOnlyList<EffectiveSetting> List() => [.. Sections.SelectMany(List)];

    /// <summary>Keys below <c>Orchestrator</c> that are set and do nothing.</summary>
    public IReadOnlyList<UnknownSetting> FindUnknown() => UnknownSettings.Find(_configuration, "Orchestrator", Sections);

    /// <summary>A fault with the cure added: where the value stands that it names first, and what holds without it.</summary>
    public string WithCure(string fault)
    {
        var key = KeyOf(fault.Split(' ', 3));
        if (SettingSource.Find(_configuration, key) is not { } source)
            return fault;
        var standard = Sections.Select(section => (Section: section, Setting: section.Find(key))).FirstOrDefault(found => found.Setting is not null) is { Setting: { } setting } known
            ? known.Section.DefaultOf(setting) is { Length: > 0 } text ? $" or remove it for the default, {text}" : ", or remove it"
            : ", or remove it";
        return $"{fault} Change it in {source}{standard}.";
    }

    /// <summary>The key in the configuration of what a fault begins with: a key as in an environment variable, <c>host.json: a.b</c>, <c>settings: A:B</c> or the key itself.</summary>
    private static string KeyOf(string[] words) => words switch
    {
        ["host.json:" or "host.json", var key, ..] => $"AzureFunctionsJobHost:{key.Replace('.', ':')}",
        ["settings:", var key, ..] => key,
        _ => words[0].Replace("__", ":", StringComparison.Ordinal),
    };

    private IEnumerable<EffectiveSetting> List(SettingsSection section)
    {
        List<(string Key, object? Value)> values =
        [
            .. SettingShape.Read(section.Current(_services), section.Name),
            .. section.EntriesIn(_configuration).Select(pair => (pair.Key, (object?)pair.Value)),
        ];
        foreach (var setting in section.Settings)
        {
            var standard = section.DefaultOf(setting);
            var found = values.Where(read => section.Find(read.Key) == setting).ToList();
            foreach (var (key, value) in found)
                yield return new(key, setting.Show(value), standard, SettingSource.Find(_configuration, key), setting.IsLive, setting.IsSecret);
            if (found.Count == 0)
                yield return new(setting.Key, Value: null, standard, Source: null, setting.IsLive, setting.IsSecret);
        }
    }
}
