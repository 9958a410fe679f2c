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
    [InlineData("unresolved", null)]
    [InlineData("VaultUri", null)]
    [InlineData("cachetime", null)]
    public async Task Find_Settings_AreSecretsButForTheSettingsOfSecrets(string name, string? secret)
    {
        await using var services = Services(("api-key", "k1"), ("empty", ""), ("unresolved", "@Microsoft.KeyVault(VaultName=shop;SecretName=api-key)"), ("CacheTime", "00:01:00"));

        Assert.Equal(secret, await services.GetRequiredService<ISecretSource>().FindAsync(name, CancellationToken.None));
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
