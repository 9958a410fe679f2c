using Microsoft.Extensions.Options;
using Orchestrator.Access;

namespace Orchestrator.Functions.Access;

/// <summary>Finds every fault of the API keys. The keys themselves are secrets and in no message.</summary>
internal sealed class AccessOptionsValidator(AppAddress address) : IValidateOptions<AccessOptions>
{
    private const int MinLength = 20;
    private const int MaxLength = 200;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var faults = new List<string>(options.Entra.FindFaults());
        if (options.TrustLoopback is true && !address.IsOwn)
            faults.Add($"{AccessOptions.SectionName}:TrustLoopback is 'true'; it must be false, or not set, where a host listens in the app's place: every request comes from there.");
        foreach (var (holder, key) in options.Keys)
        {
            var path = $"{AccessOptions.SectionName}:Keys:{holder}";
            if (key.Key.Length is < MinLength or > MaxLength)
                faults.Add($"{path}:Key is {key.Key.Length} characters long; it must be {MinLength} to {MaxLength}.");
            if (key.Role is not (Role.Viewer or Role.Operator or Role.Admin))
                faults.Add($"{path}:Role is '{key.Role}'; it must be Viewer, Operator or Admin.");
        }

        foreach (var same in options.Keys.Where(key => key.Value.Key.Length > 0).GroupBy(key => key.Value.Key, StringComparer.Ordinal).Where(group => group.Count() > 1))
            faults.Add($"{AccessOptions.SectionName}:Keys: {string.Join(", ", same.Select(key => key.Key))} have the same key; each holder must have one of its own.");

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
