using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Functions.Startup;

/// <summary>
/// Holds options against the annotations of their properties and finds every fault at once; each names key, value and rule. An
/// annotation's message is the rule, as in "must be 1 to 16".
/// </summary>
/// <param name="section">Where the options stand in the configuration.</param>
internal sealed class AnnotationValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new List<string>();
        foreach (var property in typeof(TOptions).GetProperties())
        {
            var value = property.GetValue(options);
            faults.AddRange(property.GetCustomAttributes(inherit: true)
                .OfType<ValidationAttribute>()
                .Where(rule => !rule.IsValid(value))
                .Select(rule => $"{section}:{property.Name} is '{value}'; it {rule.ErrorMessage}."));
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
