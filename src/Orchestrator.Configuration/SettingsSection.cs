using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration;

/// <summary>A section of the settings with the class that holds it. Each is registered, so that all of them are known.</summary>
public abstract class SettingsSection
{
    private protected SettingsSection(string name, Type optionsType)
    {
        Name = name;
        OptionsType = optionsType;
        Settings =
        [
            .. SettingShape.Describe(optionsType, name),
            // Last, so that every other setting of the section is found before it.
            .. optionsType.IsDefined(typeof(SecretEntriesAttribute), inherit: false)
                ? new[] { new SettingDefinition($"{name}:{SettingDefinition.Name}", Property: null, typeof(string), IsLive: true, IsSecret: true) }
                : [],
        ];
        Defaults = Activator.CreateInstance(optionsType)!;
    }

    /// <summary>Where it stands in the configuration.</summary>
    public string Name { get; }

    /// <summary>The class that holds it.</summary>
    public Type OptionsType { get; }

    /// <summary>The settings that there are.</summary>
    public IReadOnlyList<SettingDefinition> Settings { get; }

    /// <summary>What holds where nobody has set anything.</summary>
    public object Defaults { get; }

    /// <summary>The options in force.</summary>
    /// <exception cref="OptionsValidationException">They are at fault.</exception>
    public abstract object Current(IServiceProvider services);

    /// <summary>The definition of a setting of this section; null when it is none.</summary>
    public SettingDefinition? Find(string key) => Settings.FirstOrDefault(setting => setting.Has(key));

    /// <summary>The entries of this section that are read from the configuration alone, as they stand there.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> EntriesIn(IConfiguration configuration) =>
        configuration.GetSection(Name).AsEnumerable().Where(pair => pair.Value is not null && Find(pair.Key) is { Property: null });

    /// <summary>The default of a setting as text; null when it has none.</summary>
    public string? DefaultOf(SettingDefinition setting) =>
        SettingText.Of(
            setting.Property is { } property && property.DeclaringType != OptionsType && setting.Key.Contains('{', StringComparison.Ordinal)
                ? property.GetValue(Activator.CreateInstance(property.DeclaringType!))
                : SettingShape.Read(Defaults, Name).FirstOrDefault(read => Find(read.Key) == setting).Value);
}

/// <inheritdoc/>
internal sealed class SettingsSection<TOptions>(string name) : SettingsSection(name, typeof(TOptions))
    where TOptions : class
{
    /// <inheritdoc/>
    public override object Current(IServiceProvider services) => services.GetRequiredService<IOptionsMonitor<TOptions>>().CurrentValue;
}
