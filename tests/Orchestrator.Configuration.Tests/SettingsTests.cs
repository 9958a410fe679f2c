using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Options_OfEveryKind_AreBound()
    {
        using var rig = new Rig(("Rate", "7"), ("Wait", "00:01:00"), ("IsOpen", "TRUE"), ("Token", "0123456789"), ("Folders:0", "/a"), ("Folders:1", "/b"), ("Keys:ada:Key", "k"), ("Keys:ada:Role", "writer"), ("Within:Depth", "4"));

        var options = rig.Options.CurrentValue;

        Assert.Equal([], rig.Faults());
        Assert.Equal((7, TimeSpan.FromMinutes(1), true, "0123456789"), (options.Rate, options.Wait, options.IsOpen, options.Token));
        Assert.Equal(["/a", "/b"], options.Folders);
        Assert.Equal(4, options.Within.Depth);
        Assert.Equal(("ada", "k", SampleRole.Writer), (Assert.Single(options.Keys).Key, options.Keys["ada"].Key, options.Keys["ada"].Role));
    }

    [Fact]
    public void Faults_OfFormAndOfRange_AllAtOnceWithKeyValueAndRule()
    {
        using var rig = new Rig(("Rate", "abc"), ("Lanes", "17"), ("Wait", "30"), ("IsOpen", "yes"), ("Keys:ada:Role", "1"), ("Token", "short"));

        Assert.Equal(
            [
                "Orchestrator:Sample:IsOpen is 'yes'; it must be true or false.",
                "Orchestrator:Sample:Keys:ada:Role is '1'; it must be one of Reader, Writer.",
                "Orchestrator:Sample:Lanes is '17'; it must be 1 to 16.",
                "Orchestrator:Sample:Rate is 'abc'; it must be a whole number, 1 to 10.",
                "Orchestrator:Sample:Token is '***'; it must have 8 characters or more.",
                "Orchestrator:Sample:Wait is '30'; it must be a time as hh:mm:ss or d.hh:mm:ss.",
            ],
            rig.Faults().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/token/)")]
    [InlineData(" @microsoft.keyvault(VaultName=shop;SecretName=token)")]
    [InlineData("@Microsoft.AppConfiguration(Endpoint=https://shop.azconfig.io;Key=token)")]
    public void Faults_ReferenceThatThePlatformDidNotReplace_Refused(string reference)
    {
        using var rig = new Rig(("Token", reference), ("Keys:ada:Key", reference), ("Keys:eve:Key", "a key with @Microsoft.KeyVault( in it"));

        Assert.Equal(
            [
                "Orchestrator:Sample:Keys:ada:Key is a reference that could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app.",
                "Orchestrator:Sample:Token is a reference that could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app.",
            ],
            rig.Faults().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithCure_OfASetKey_SaysWhereItStandsAndWhatHoldsWithout()
    {
        using var rig = new Rig(("Rate", "99"));

        Assert.Equal("Orchestrator:Sample:Rate is '99'. Change it in the program itself or remove it for the default, 5.", rig.Catalog.WithCure("Orchestrator:Sample:Rate is '99'."));
        Assert.Equal("Orchestrator:Sample:Lanes is odd.", rig.Catalog.WithCure("Orchestrator:Sample:Lanes is odd."));
    }

    [Theory]
    [InlineData("AzureWebJobsStorage__tableServiceUri is 'x'.", "AzureWebJobsStorage:tableServiceUri")]
    [InlineData("host.json: extensions.queues.batchSize is '99'.", "AzureFunctionsJobHost:extensions:queues:batchSize")]
    [InlineData("host.json extensions.durableTask.hubName is 'x'.", "AzureFunctionsJobHost:extensions:durableTask:hubName")]
    [InlineData("settings: Embedded:Http:Port is 'x'.", "Embedded:Http:Port")]
    public void WithCure_OfASettingOfTheHost_SaysWhereItStands(string fault, string key)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSettings<VaultOptions>("Orchestrator:Vault").Services.BuildServiceProvider();

        Assert.Equal($"{fault} Change it in the program itself, or remove it.", services.GetRequiredService<SettingsCatalog>().WithCure(fault));
    }

    [Fact]
    public void List_AllSettings_WithValueDefaultAndSourceAndSecretsMasked()
    {
        using var rig = new Rig(("Rate", "7"), ("Token", "0123456789"), ("Folders:0", "/a"), ("Keys:ada:Key", "very secret"));

        Assert.Equal(
            [
                new("Orchestrator:Sample:Rate", "7", "5", "the program itself", true, false),
                new("Orchestrator:Sample:Lanes", "2", "2", null, false, false),
                new("Orchestrator:Sample:Wait", "00:00:30", "00:00:30", null, true, false),
                new("Orchestrator:Sample:IsOpen", "false", "false", null, false, false),
                new("Orchestrator:Sample:Token", "***", null, "the program itself", true, true),
                new("Orchestrator:Sample:Folders:0", "/a", null, "the program itself", false, false),
                new("Orchestrator:Sample:Keys:ada:Key", "***", "", "the program itself", true, true),
                new("Orchestrator:Sample:Keys:ada:Role", "Reader", "Reader", null, true, false),
                new EffectiveSetting("Orchestrator:Sample:Within:Depth", "1", "1", null, false, false),
            ],
            rig.Catalog.List());
    }

    [Fact]
    public void List_SectionWhoseOtherKeysAreSecrets_MasksThemAll()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Orchestrator:Vault:Limit", "x"), new("Orchestrator:Vault:payments", "hush")]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSettings<VaultOptions>("Orchestrator:Vault").Services.BuildServiceProvider();
        var catalog = services.GetRequiredService<SettingsCatalog>();

        Assert.Equal(
            ["Orchestrator:Vault:Limit is 'x'; it must be a whole number."],
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptionsMonitor<VaultOptions>>().CurrentValue).Failures);
        configuration["Orchestrator:Vault:Limit"] = "3";
        Assert.Equal(
            [
                new("Orchestrator:Vault:Limit", "3", "0", "the program itself", false, false),
                new EffectiveSetting("Orchestrator:Vault:payments", "***", null, "the program itself", true, true),
            ],
            catalog.List());
        Assert.Equal([], catalog.FindUnknown());
    }

    [Theory]
    [InlineData("Rte", "Orchestrator:Sample:Rate", true)]
    [InlineData("Folder:0", "Orchestrator:Sample:Folders:0", true)]
    [InlineData("Keys:ada:Kye", "Orchestrator:Sample:Keys:ada:Key", true)]
    [InlineData("LanesTotal", "Orchestrator:Sample:Lanes", false)]
    [InlineData("SomethingOfANewerRelease:That:IsLong", null, false)]
    public void FindUnknown_KeyThatIsNone_IsNamedWithTheNearest(string key, string? nearest, bool isMisspelt)
    {
        using var rig = new Rig((key, "1"), ("Rate", "7"), ("lanes", "3"));

        Assert.Equal(new UnknownSetting($"Orchestrator:Sample:{key}", nearest, isMisspelt), Assert.Single(rig.Catalog.FindUnknown()));
    }
}
