using Microsoft.Extensions.Options;

namespace Orchestrator.Agents.Outbound;

/// <summary>Finds everything that is wrong with the rules for outbound calls at once.</summary>
internal sealed class OutboundOptionsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        string[] faults =
        [
            .. options.AllowedHosts.Index().Where(entry => AllowedHost.TryParse(entry.Item) is null)
                .Select(entry => $"{OutboundOptions.SectionName}:{nameof(OutboundOptions.AllowedHosts)}:{entry.Index} is '{entry.Item}'; it {AllowedHost.Rule}."),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
