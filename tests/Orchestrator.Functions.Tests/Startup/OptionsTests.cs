using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Tests.Startup;

public sealed class OptionsTests
{
    [Fact]
    public void Validate_Defaults_NoFault()
    {
        using var services = Services([]);

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(4_259_840, services.GetRequiredService<IOptions<HttpOptions>>().Value.MaxBodyBytes);
        Assert.False(services.GetRequiredService<LocalCallers>().AreTrusted);
        Assert.Equal(TimeSpan.FromSeconds(30), services.GetRequiredService<IOptions<AttemptOptions>>().Value.LeaseDuration);
    }

    [Fact]
    public void Validate_ManyFaults_AllAtOnceWithKeyValueAndRule()
    {
        using var services = Services(new()
        {
            ["Orchestrator:Http:MaxBodyBytes"] = "5",
            ["Orchestrator:Attempts:LeaseDuration"] = "01:00:00",
            ["Orchestrator:Attempts:HeldWait"] = "00:00:00",
            ["Orchestrator:Access:Keys:ada:Key"] = "short",
            ["Orchestrator:Access:Keys:eve:Key"] = "one-and-the-same-key-0",
            ["Orchestrator:Access:Keys:eve:Role"] = "Anyone",
            ["Orchestrator:Access:Keys:otto:Key"] = "one-and-the-same-key-0",
        });

        var failure = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                "Orchestrator:Access:Keys: eve, otto have the same key; each holder must have one of its own.",
                "Orchestrator:Access:Keys:ada:Key is 5 characters long; it must be 20 to 200.",
                "Orchestrator:Access:Keys:eve:Role is 'Anyone'; it must be Viewer, Operator or Admin.",
                "Orchestrator:Attempts:HeldWait is '00:00:00'; it must be 00:00:01 to 00:05:00.",
                "Orchestrator:Attempts:LeaseDuration is '01:00:00'; it must be 00:00:05 to 00:10:00.",
                "Orchestrator:Http:MaxBodyBytes is '5'; it must be 1024 to 16777216.",
            ],
            StartFailure.Describe(failure)!.Split(Environment.NewLine).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("@Microsoft.KeyVault(VaultName=shop;SecretName=first-key)")]
    [InlineData(" @microsoft.keyvault(SecretUri=https://shop.vault.azure.net/secrets/first-key)")]
    public void Validate_KeyThatThePlatformCouldNotFetch_RefusedAsAnybodyCouldGuessIt(string key)
    {
        using var services = Services(new() { ["Orchestrator:Access:Keys:first:Key"] = key, ["Orchestrator:Access:Keys:first:Role"] = "Admin" });

        Assert.Equal(
            "Orchestrator:Access:Keys:first:Key is a reference that could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app.",
            StartFailure.Describe(Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate())));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    public void Trust_WhereTheAppListens_OnlyOnLoopback(string address, bool isTrusted)
    {
        using var services = Services(new() { ["Embedded:Http:Address"] = address });

        Assert.Equal(isTrusted, services.GetRequiredService<LocalCallers>().AreTrusted);
    }

    [Fact]
    public void Validate_LoopbackTrustedWhereAHostListens_Refused()
    {
        using var services = Services(new() { ["Orchestrator:Access:TrustLoopback"] = "true" });

        Assert.Equal(
            "Orchestrator:Access:TrustLoopback is 'true'; it must be false, or not set, where a host listens in the app's place: every request comes from there.",
            StartFailure.Describe(Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate())));
    }

    [Fact]
    public void AddOrchestratorFunctions_Twice_RegistersOnce()
    {
        var services = new ServiceCollection().AddOrchestratorFunctions();
        var count = services.Count(service => service.ServiceType.Namespace!.StartsWith("Orchestrator", StringComparison.Ordinal));

        services.AddOrchestratorFunctions();

        Assert.Equal(count, services.Count(service => service.ServiceType.Namespace!.StartsWith("Orchestrator", StringComparison.Ordinal)));
    }

    [Fact]
    public void Describe_KnownFailures_WhatToDo()
    {
        Assert.Equal("Away.", StartFailure.Describe(new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "Away.")));
        Assert.Equal($"A.{Environment.NewLine}B.", StartFailure.Describe(new AgentRegistrationException(["A.", "B."])));
    }

    [Fact]
    public void Describe_Bug_Null()
    {
        Assert.Null(StartFailure.Describe(new InvalidOperationException("bug")));
        Assert.Null(StartFailure.Describe(new AggregateException(new InvalidOperationException("bug"), new AgentRegistrationException(["A."]))));
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddOrchestratorFunctions()
            .BuildServiceProvider();
}
