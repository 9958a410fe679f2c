using System.Diagnostics;
using Orchestrator.Cli.Api;
using Orchestrator.Cli.Host;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Repository;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Host;

/// <summary>With the real function app, which is built beside the command.</summary>
public sealed class FunctionAppProcessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string _assembly = FunctionAppLocation.Find(RepositoryRoot.Find(AppContext.BaseDirectory), AppContext.BaseDirectory);

    [Fact]
    public async Task StartAsync_StorageAnswers_IsHealthyUntilStopped()
    {
        await using var app = await FunctionAppProcess.StartAsync(_assembly, Settings(azurite.ConnectionString), TimeProvider.System, CancellationToken.None);
        using var api = new TaskApi(app.Address, TimeProvider.System);

        Assert.True((await api.TryGetHealthAsync(CancellationToken.None))!.IsHealthy);
        Assert.True(await app.StopAsync());
        Assert.StartsWith("The function app ended with exit code 0: ", await app.EndedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_StorageDoesNotAnswer_IsOneLineThatSaysSo()
    {
        const string nowhere = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=YQ==;"
            + "TableEndpoint=http://127.0.0.1:9/devstoreaccount1;QueueEndpoint=http://127.0.0.1:9/devstoreaccount1;BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;";

        var exception = await Assert.ThrowsAsync<CommandException>(() =>
            FunctionAppProcess.StartAsync(_assembly, Settings(nowhere), TimeProvider.System, CancellationToken.None));

        Assert.StartsWith("The function app ended with exit code 1: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task Start_InputCloses_EndsTheApp()
    {
        // What a killed command leaves behind: an app whose input has ended.
        var start = new ProcessStartInfo("dotnet", [_assembly]) { WorkingDirectory = Path.GetDirectoryName(_assembly) };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(FunctionAppProcess).Assembly.Location;
        foreach (var (name, value) in Settings(azurite.ConnectionString).Environment())
            start.Environment[name] = value;
        await using var child = ChildProcess.Start(start, TimeProvider.System);

        Assert.True(await child.StopAsync(Eventually.DefaultLimit, terminate: false));
    }

    private static FunctionAppSettings Settings(string connectionString) => new(connectionString, LoopbackPort.TakeFree(), [], []);
}
