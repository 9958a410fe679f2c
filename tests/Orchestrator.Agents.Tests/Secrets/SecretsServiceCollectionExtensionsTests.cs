using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;
using Orchestrator.Agents.Secrets;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Tests.Secrets;

public sealed class SecretsServiceCollectionExtensionsTests
{
    [Theory]
    [InlineData("api-key", "k1")]
    [InlineData("API-KEY", "k1")]
    [InlineData("empty", null)]
    [InlineData("none", null)]
    [InlineData("VaultUri", null)]
    [InlineData("cachetime", null)]
    public async Task Find_Settings_AreSecretsButForTheSettingsOfSecrets(string name, string? secret)
    {
        await using var services = Services(("api-key", "k1"), ("empty", ""), ("CacheTime", "00:01:00"));

        Assert.Equal(secret, await services.GetRequiredService<ISecretSource>().FindAsync(name, CancellationToken.None));
    }

    [Fact]
    public async Task Find_ReferenceThatThePlatformDidNotReplace_MissingAndTheVaultIsNotAsked()
    {
        await using var services = Services(("api-key", "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/api-key/)"));
        var (settings, vault) = (services.GetRequiredService<ISecretSource>(), new MemorySecrets { ["api-key"] = "of the vault" });

        var missing = await Assert.ThrowsAsync<SecretMissingException>(async () => await new ChainedSecrets(settings, vault).FindAsync("api-key", CancellationToken.None));

        Assert.Equal(
            "Orchestrator:Secrets:api-key is a reference to Key Vault that could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app.",
            missing.Message);
        Assert.Equal(("api-key", false), (missing.Name, missing.IsRetryable));
        Assert.Empty(vault.Asked);
    }

    [Fact]
    public async Task Find_SettingAndVault_TheSettingGoesFirst()
    {
        var vault = new MemorySecrets { ["a"] = "of the vault", ["b"] = "of the vault too" };
        var secrets = new ChainedSecrets(new MemorySecrets { ["a"] = "of the settings" }, vault);

        Assert.Equal("of the settings", await secrets.FindAsync("a", CancellationToken.None));
        Assert.Equal("of the vault too", await secrets.FindAsync("b", CancellationToken.None));
        Assert.Null(await secrets.FindAsync("c", CancellationToken.None));
        Assert.Equal(["b", "c"], vault.Asked);
    }

    [Fact]
    public void Options_EverythingWrong_NamesEveryFault()
    {
        using var services = Services(("VaultUri", "http://shop.vault.azure.net/"), ("CacheTime", "02:00:00"), ("my_secret", "hush"));

        var faults = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ISecretSource>()).Failures.ToList();

        Assert.Equal(3, faults.Count);
        Assert.StartsWith("Orchestrator:Secrets:CacheTime is '02:00:00'", faults[0], StringComparison.Ordinal);
        Assert.Equal("Orchestrator:Secrets:VaultUri is 'http://shop.vault.azure.net/'; it must be an https address such as https://shop.vault.azure.net/.", faults[1]);
        Assert.Equal("Orchestrator:Secrets:my_secret is the name of no secret; it must be 1 to 127 letters, digits and '-'.", faults[2]);
    }

    [Fact]
    public void AddSecrets_WithVault_AsksIt()
    {
        var collection = Collection(("VaultUri", "https://shop.vault.azure.net/")).AddSingleton(Mock.Of<Azure.Core.TokenCredential>());
        using var services = collection.BuildServiceProvider();

        Assert.IsType<ChainedSecrets>(services.GetRequiredService<ISecretSource>());
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => Collection(settings).BuildServiceProvider();

    private static IServiceCollection Collection(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Orchestrator:Secrets:{setting.Key}", (string?)setting.Value))).Build())
        .AddSecrets();
}
