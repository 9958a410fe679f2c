using System.Net;
using System.Net.Sockets;
using Moq;
using Orchestrator.Cli.Host;
using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Tests.Host;

public sealed class LocalAppStarterTests : IDisposable
{
    private readonly TestSession _session = new();
    private readonly Mock<IStorageProbe> _probe = new();
    private readonly Mock<IEmulatorStarter> _emulator = new();
    private int _storageStops;

    public LocalAppStarterTests() => _emulator
        .Setup(emulator => emulator.StartAsync(It.IsAny<string>(), It.IsAny<Action<string>>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync(new RunningStorage("UseDevelopmentStorage=true", "our own", _ =>
        {
            _storageStops++;
            return Task.CompletedTask;
        }));

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task StartAsync_PortTaken_NamesTheOptionAndStartsNothing()
    {
        Build("""{}""");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var exception = await Assert.ThrowsAsync<CommandException>(() => StartAsync(port));

        Assert.Equal($"Port {port} of 127.0.0.1 is taken by another program: end it, or choose another port with --port.", exception.Message);
        _emulator.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task StartAsync_NotBuilt_StartsNothing()
    {
        var exception = await Assert.ThrowsAsync<CommandException>(() => StartAsync(null));

        Assert.StartsWith("The function app has not been built: ", exception.Message, StringComparison.Ordinal);
        _emulator.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task StartAsync_AppEndsAtOnce_NamesItsErrorAndStopsTheStorage()
    {
        // Not an assembly: the runtime says so on standard error, and ends.
        Build("not an assembly");

        var exception = await Assert.ThrowsAsync<CommandException>(() => StartAsync(null));

        Assert.StartsWith("The function app ended with exit code ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(1, _storageStops);
    }

    [Fact]
    public void Environment_Settings_AreWhatTheAppReads()
    {
        var settings = new FunctionAppSettings("secret", 7072, ["/a", "/b"], ["/c"]);

        Assert.Equal(
            [
                "AzureWebJobsStorage=secret", "Embedded__Http__Port=7072",
                "Orchestrator__Agents__Files__ReadFolders__0=/a", "Orchestrator__Agents__Files__ReadFolders__1=/b", "Orchestrator__Agents__Files__WriteFolders__0=/c",
            ],
            settings.Environment().Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal("port 7072", settings.ToString());
    }

    [Fact]
    public void Environment_FirstKey_ClosesTheAppToAllOthers()
    {
        var settings = new FunctionAppSettings("secret", 7072, [], []) { FirstKey = "k" };

        Assert.Equal(
            ["Orchestrator__Access__RequireKeys=true", "Orchestrator__Access__Keys__up__Key=k", "Orchestrator__Access__Keys__up__Role=Admin"],
            settings.Environment().Skip(2).Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.DoesNotContain("k", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TakeFree_Port_IsFree() => Assert.True(LoopbackPort.IsFree(LoopbackPort.TakeFree()));

    private void Build(string content) => _session.Write("src/Orchestrator.Functions/bin/Embedded/Debug/net10.0/Orchestrator.Functions.dll", content);

    private Task<IRunningApp> StartAsync(int? port)
    {
        var starter = new LocalAppStarter(_session.Repository, "/x/Debug/", new StorageSelector(_probe.Object, _emulator.Object), _ => null, TimeProvider.System);
        return starter.StartAsync(new AppRequest("demo", port, [], []), _ => { }, CancellationToken.None);
    }
}
