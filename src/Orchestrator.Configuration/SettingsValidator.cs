using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration;

/// <summary>Finds every fault of a section that its class alone tells: values of the wrong form, and those that its annotations forbid.</summary>
internal sealed class SettingsValidator<TOptions>(SettingsSection<TOptions> section, IConfiguration configuration) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] faults =
        [
            .. configuration.GetSection(section.Name).AsEnumerable()
                .Where(pair => pair.Value is not null).Select(pair => NotReplaced.Find(section, pair.Key, pair.Value!) ?? Unreadable.Find(section, pair.Key, pair.Value!)).OfType<string>(),
            .. AnnotationFaults.Find(section.Name, options),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
