using Microsoft.Extensions.Options;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Startup;

/// <summary>
/// Holds options against the annotations of their properties and finds every fault at once; see <see cref="AnnotationFaults"/>.
/// </summary>
/// <param name="section">Where the options stand in the configuration.</param>
internal sealed class AnnotationValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = AnnotationFaults.Find(section, options).ToList();
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
