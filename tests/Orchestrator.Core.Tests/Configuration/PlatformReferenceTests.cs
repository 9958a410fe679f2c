using Orchestrator.Configuration;

namespace Orchestrator.Core.Tests.Configuration;

public sealed class PlatformReferenceTests
{
    [Theory]
    [InlineData("@Microsoft.KeyVault(VaultName=shop;SecretName=key)", true)]
    [InlineData(" @microsoft.keyvault(SecretUri=https://shop.vault.azure.net/secrets/key)", true)]
    [InlineData("@Microsoft.KeyVault", false)]
    [InlineData("secret:key", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Is_Value_OnlyWhatThePlatformWouldReplace(string? value, bool isOne) => Assert.Equal(isOne, PlatformReference.Is(value));
}
