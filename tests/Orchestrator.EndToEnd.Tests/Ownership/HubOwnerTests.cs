using System.Globalization;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Ownership;

public abstract class HubOwnerTests(PlatformMode mode, AzuriteFixture azurite, ITestOutputHelper output)
{
    /// <summary>What a host says that does not know whether the owner lives.</summary>
    private const string Watching = "watching for up to 30 s whether it still lives";

    [Fact]
    public async Task Start_HubHasALivingOwner_IsRefusedNamingIt()
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        await using var owner = await FunctionApp.StartAsync(setup);

        await using var second = FunctionApp.Launch(setup with { Port = FreePort.Next() });
        var exitCode = await second.Process.Exited.WithinLimitAsync("the second host ends");

        Assert.True(exitCode == 1, second.Process.Transcript);
        var line = Assert.Single(second.Process.Errors);
        Assert.Equal(
            $"Task hub '{setup.Name}' is owned by process {owner.Process.Id.ToString(CultureInfo.InvariantCulture)} on {Environment.MachineName}. "
            + "Stop that process, give this one another hub name, or start it with --take-over.",
            line);
        Assert.DoesNotContain(second.Process.Output, text => text.StartsWith("   at ", StringComparison.Ordinal));
        Assert.Contains(second.Process.Output, text => text.Contains(Watching, StringComparison.Ordinal));
        using var health = await owner.Http.GetAsync(new Uri("api/health", UriKind.Relative));
        Assert.True(health.IsSuccessStatusCode, "The owner is no longer healthy.");
    }

    [Fact]
    public async Task Start_OwnerWasKilled_TakesOverAtOnce()
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        await using var owner = await FunctionApp.StartAsync(setup);
        await owner.KillAsync();

        await using var next = await FunctionApp.StartAsync(setup);

        output.WriteLine($"first start {owner.StartTime.TotalSeconds:F2} s, after the kill {next.StartTime.TotalSeconds:F2} s");
        Assert.DoesNotContain(next.Process.Output, text => text.Contains(Watching, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owner_AnotherTakesTheHub_EndsAsAFailureAndSaysWhy()
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        await using var owner = await FunctionApp.StartAsync(setup);

        await using var next = await FunctionApp.StartAsync(setup with { Port = FreePort.Next(), Arguments = ["--take-over"] });
        var exitCode = await owner.Process.Exited.WithinLimitAsync("the owner ends");

        Assert.True(exitCode == 1, owner.Process.Transcript);
        Assert.Contains("task hub", Assert.Single(owner.Process.Errors), StringComparison.OrdinalIgnoreCase);
    }

    public sealed class Normal(AzuriteFixture azurite, ITestOutputHelper output) : HubOwnerTests(PlatformMode.Normal, azurite, output), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite, ITestOutputHelper output) : HubOwnerTests(PlatformMode.Hostile, azurite, output), IClassFixture<AzuriteFixture>;
}
