using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Configuration;

/// <summary>Stands for all settings of the platform, so that they are checked as options of the app are.</summary>
internal sealed class HostSettings;

/// <summary>Finds everything that is wrong with the settings of the platform.</summary>
internal sealed class HostSettingsValidator(IEnumerable<HostSettingsCheck> checks) : IValidateOptions<HostSettings>
{
    public ValidateOptionsResult Validate(string? name, HostSettings options) =>
        checks.SelectMany(check => check.FindFaults()).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
