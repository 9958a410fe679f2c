using Orchestrator.Agents.Outbound;
using Orchestrator.Functions.Access;

namespace Orchestrator.Functions.Tests.Access;

public sealed class LoopbackCallsValidatorTests
{
    [Theory]
    [InlineData("127.0.0.1", true, null)]
    [InlineData(null, false, null)]
    [InlineData(null, true, "Orchestrator:Outbound:AllowLoopback is 'true'; it must be false, or not set, where a host listens in the app's place: loopback is the platform's there.")]
    public void Validate_CallsOfLoopback_OnlyWhereTheAppItselfListens(string? listens, bool allow, string? fault) =>
        Assert.Equal(fault, new LoopbackCallsValidator(new AccessRig(listens: listens).Address).Validate(null, new OutboundOptions { AllowLoopback = allow }).FailureMessage);
}
