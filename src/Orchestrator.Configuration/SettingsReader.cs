using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration;

/// <summary>
/// Binds a section to its options. What cannot be read as what it should be is left at its default, for <see cref="SettingsValidator{TOptions}"/> to
/// report with everything else: the binder alone would stop at the first.
/// </summary>
internal sealed class SettingsReader<TOptions>(SettingsSection<TOptions> section, IConfiguration configuration) : IConfigureOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public void Configure(TOptions options)
    {
        var readable = configuration.GetSection(section.Name).AsEnumerable(makePathsRelative: true)
            .Where(pair => pair is { Key.Length: > 0, Value: not null } && Unreadable.Find(section, $"{section.Name}:{pair.Key}", pair.Value) is null);
        new ConfigurationBuilder().AddInMemoryCollection(readable).Build().Bind(options);
    }
}
