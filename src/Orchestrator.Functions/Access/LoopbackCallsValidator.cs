using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Functions.Access;

/// <summary>Refuses that tasks may call this machine where a host listens in the app's place: what else listens there belongs to the platform.</summary>
internal sealed class LoopbackCallsValidator(AppAddress address) : IValidateOptions<OutboundOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OutboundOptions options) => options.AllowLoopback && !address.IsOwn
        ? ValidateOptionsResult.Fail($"{OutboundOptions.SectionName}:{nameof(OutboundOptions.AllowLoopback)} is 'true'; it must be false, or not set, where a host listens in the app's place: loopback is the platform's there.")
        : ValidateOptionsResult.Success;
}
