using Orchestrator.Secrets;

namespace Orchestrator.Core.Tests.Secrets;

public sealed class UnresolvedReferenceTests
{
    [Theory]
    [InlineData("@Microsoft.KeyVault(VaultName=shop;SecretName=key)", true)]
    [InlineData(" @microsoft.keyvault(SecretUri=https://shop.vault.azure.net/secrets/key)", true)]
    [InlineData("@Microsoft.KeyVault", false)]
    [InlineData("secret:key", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Is_Value_OnlyWhatThePlatformWouldReplace(string? value, bool isOne) => Assert.Equal(isOne, UnresolvedReference.Is(value));
}
