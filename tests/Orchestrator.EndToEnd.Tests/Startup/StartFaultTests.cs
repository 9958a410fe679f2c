using System.Net;
using System.Net.Sockets;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Startup;

public abstract class StartFaultTests(PlatformMode mode, AzuriteFixture azurite)
{
    [Fact]
    public async Task Start_StorageDoesNotAnswer_EndsWithOneLineThatSaysWhatToDo()
    {
        var port = FreePort.Next();
        var endpoint = $"http://127.0.0.1:{port}/{azurite.AccountName}";
        var nobody = $"AccountName={azurite.AccountName};AccountKey={azurite.AccountKey};BlobEndpoint={endpoint};QueueEndpoint={endpoint};TableEndpoint={endpoint};";

        var line = await FailingStartAsync(new FunctionAppSetup { ConnectionString = nobody, Mode = mode });

        Assert.StartsWith($"Table storage at {endpoint} does not answer (", line, StringComparison.Ordinal);
        Assert.EndsWith(
            $"); start Azurite (npx azurite --skipApiVersionCheck) so that it listens there, or name another account in AzureWebJobsStorage.",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortIsTaken_EndsWithOneLineThatSaysWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var line = await FailingStartAsync(new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode, Port = port });

        Assert.Equal($"Port {port} on 127.0.0.1 is taken by another process. Stop that one, or choose another port with --port (0 for any free one).", line);
    }

    [Fact]
    public async Task Start_SettingsOutOfRange_NamesEveryOne()
    {
        var setup = new FunctionAppSetup
        {
            ConnectionString = "AccountName=a,AccountKey=hidden",
            Mode = mode,
            Environment = new Dictionary<string, string>
            {
                ["Logging__LogLevel__Default"] = "Loud",
                ["Embedded__Http__Address"] = "here",
                ["AzureFunctionsJobHost__logging__logLevel__default"] = "Loud",
                ["AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions"] = "many",
                ["AzureFunctionsJobHost__extensions__queues__batchSize"] = "99",
                ["Orchestrator__Storage__Lanes"] = "abc",
                ["Orchestrator__Http__MaxBodyBytes"] = "1",
                ["Orchestrator__Callbacks__SigningKey"] = "too short",
                ["Orchestrator__Retention__Failled"] = "10.00:00:00",
                ["Orchestrator__TaskTypes__Folder"] = "/there/is/no/such/folder",
                ["AzureFunctionsJobHost__functionTimeout"] = "soon",
            },
        };

        var lines = await FailedStartAsync(setup, exitCode: 78);

        Assert.Equal(
            [
                "AzureWebJobsStorage is not a connection string that can be read; copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite. "
                    + "Change it in environment variable AzureWebJobsStorage, or remove it.",
                "Logging:LogLevel:Default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None. Change it in environment variable Logging__LogLevel__Default, or remove it.",
                "Orchestrator:Callbacks:SigningKey has 9 characters; it must have at least 32. Change it in environment variable Orchestrator__Callbacks__SigningKey, or remove it.",
                "Orchestrator:Http:MaxBodyBytes is '1'; it must be 1024 to 16777216. Change it in environment variable Orchestrator__Http__MaxBodyBytes or remove it for the default, 4259840.",
                "Orchestrator:Retention:Failled is no setting; Orchestrator:Retention:Failed is, and may be meant. Change it in environment variable Orchestrator__Retention__Failled, or remove it.",
                "Orchestrator:Storage:Lanes is 'abc'; it must be a whole number, 1 to 16. Change it in environment variable Orchestrator__Storage__Lanes or remove it for the default, 1.",
                "Orchestrator:TaskTypes:Folder names /there/is/no/such/folder, which cannot be read: Could not find a part of the path '/there/is/no/such/folder'. "
                    + "Change it in environment variable Orchestrator__TaskTypes__Folder, or remove it.",
                "host.json extensions.durableTask cannot be read: Failed to convert configuration value 'many' at 'extensions:durableTask:MaxConcurrentActivityFunctions' to type 'System.Int32'.",
                "host.json: extensions.queues.batchSize is '99'; it must be a whole number from 1 to 32. "
                    + "Change it in environment variable AzureFunctionsJobHost__extensions__queues__batchSize, or remove it.",
                "host.json: functionTimeout is 'soon'; it must be a time (hh:mm:ss) from 00:00:01 to 1.00:00:00, or -1 for none. "
                    + "Change it in environment variable AzureFunctionsJobHost__functionTimeout, or remove it.",
                "host.json: logging.logLevel.default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None. "
                    + "Change it in environment variable AzureFunctionsJobHost__logging__logLevel__default, or remove it.",
                "settings: Embedded:Http:Address is 'here'; it must be an IP address. Change it in environment variable Embedded__Http__Address, or remove it.",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_WithCheck_SaysThatAllIsWellAndDoesNotStart()
    {
        var setup = new FunctionAppSetup
        {
            ConnectionString = azurite.ConnectionString,
            Mode = mode,
            Arguments = ["--check"],
            Environment = new Dictionary<string, string> { ["Orchestrator__OfANewerRelease__Level"] = "3" },
        };
        await using var app = FunctionApp.Launch(setup);

        Assert.Equal(0, await app.Process.Exited.WithinLimitAsync("the check ends"));
        Assert.Equal(
            ["Orchestrator:OfANewerRelease:Level is no setting. It is passed over.", "Nothing is wrong with the settings, and the storage answers."], app.Process.Output);
    }

    [Fact]
    public async Task Start_OthersCouldReachTheAppAndThereIsNoKey_EndsWithOneLineThatSaysWhatToDo()
    {
        var setup = new FunctionAppSetup
        {
            ConnectionString = azurite.ConnectionString,
            Mode = mode,
            Environment = new Dictionary<string, string> { ["Embedded__Http__Address"] = "0.0.0.0" },
        };

        Assert.Equal(
            "Embedded:Http:Address is 0.0.0.0, where others can reach the app, but there is no API key. Set Orchestrator:Access:Keys:NAME:Key and Orchestrator:Access:Keys:NAME:Role, or listen on 127.0.0.1.",
            await FailingStartAsync(setup));
    }

    private static async Task<string> FailingStartAsync(FunctionAppSetup setup) => Assert.Single(await FailedStartAsync(setup));

    /// <summary>What it wrote to standard error, having ended with the exit code and without a stack trace.</summary>
    private static async Task<IReadOnlyList<string>> FailedStartAsync(FunctionAppSetup setup, int exitCode = 1)
    {
        await using var app = FunctionApp.Launch(setup);

        var ended = await app.Process.Exited.WithinLimitAsync("the host ends");

        Assert.True(ended == exitCode, $"It ended with {ended}.{Environment.NewLine}{app.Process.Transcript}");
        Assert.DoesNotContain(app.Process.Output, text => text.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        return app.Process.Errors;
    }

    public sealed class Normal(AzuriteFixture azurite) : StartFaultTests(PlatformMode.Normal, azurite), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : StartFaultTests(PlatformMode.Hostile, azurite), IClassFixture<AzuriteFixture>;
}
