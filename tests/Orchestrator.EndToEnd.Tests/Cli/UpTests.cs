using System.Net;
using System.Net.Sockets;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.EndToEnd.Tests.Cli;

[Collection(OrchestratorCommand.OneAtATime)]
public abstract class UpTests(PlatformMode mode)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Up_Stopped_LeavesNothingRunning(bool byTerminate)
    {
        var port = FreePort.Next();
        await using var command = OrchestratorCommand.Start(mode, "up", "--port", $"{port}");
        await command.WhenItSaysAsync("Ctrl-C stops everything.");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAnswerAsync("api/health")).Status);
        Assert.True(command.Running().Count >= 3, "The mark does not find the command, the app and the emulator.");

        if (byTerminate)
            command.Process.Send(Signal.Terminate);
        else
            command.PressCtrlC();
        var exitCode = await command.ExitAsync();

        Assert.True(exitCode == 0, $"It ended with {exitCode}.{Environment.NewLine}{command.Process.Transcript}");
        Assert.Equal([], command.Running());
    }

    [Fact]
    public async Task Up_PortIsTaken_FailsWithOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var command = OrchestratorCommand.Start(mode, "up", "--port", $"{port}");

        var exitCode = await command.ExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal([$"Port {port} of 127.0.0.1 is taken by another program: end it, or choose another port with --port."], command.Process.Errors);
        Assert.Equal([], command.Running());
    }

    public sealed class Normal() : UpTests(PlatformMode.Normal);

    public sealed class Hostile() : UpTests(PlatformMode.Hostile);
}
