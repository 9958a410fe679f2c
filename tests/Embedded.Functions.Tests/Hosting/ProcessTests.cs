using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Discovery;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Hosting;

/// <summary>The app as its user meets it: a process whose <c>Program.cs</c> does nothing but build and run.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Process_AnswersAndEndsWithZeroOnSigterm()
    {
        using var process = Start(typeof(ProcessFunctions), "--port", "0");
        using var end = new End(process);
        var ready = await ReadUntilAsync(process, "listening on ");
        using var client = new HttpClient { BaseAddress = new Uri(Regex.Match(ready, "http://[0-9.:]+/", RegexOptions.None, TimeSpan.FromSeconds(1)).Value) };
        Assert.Equal("hello", await client.GetStringAsync("api/Hello"));

        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);

        Assert.EndsWith("info Stopped.", (await process.StandardOutput.ReadToEndAsync()).TrimEnd(), StringComparison.Ordinal);
        await process.WaitForExitAsync().WithinLimitAsync("the process ends");
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Process_WhosePortIsTaken_SaysSoInOneLineAndEndsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await AssertFailsAsync(
            $"Port {port} on 127.0.0.1 is taken by another process. Stop that one, or choose another port with --port (0 for any free one).",
            typeof(ProcessFunctions), 1, "--port", $"{port}");
    }

    [Fact]
    public Task Process_WithAFunctionThatCannotBeBound_SaysSoInOneLineAndEndsWithOne() => AssertFailsAsync(
        "The function 'F' cannot be bound: it has no trigger. Put one, such as [HttpTrigger], on a parameter.",
        typeof(BindingFaultTests.NoTrigger), 1, "--port", "0");

    [Fact]
    public Task Process_WithASettingThatIsWrong_SaysSoInOneLineAndEndsWith78() => AssertFailsAsync(
        "settings: Embedded:Http:Port is 'x'; it must be a whole number from 0 to 65535.", typeof(ProcessFunctions), 78, "--port", "x");

    private static async Task AssertFailsAsync(string message, Type functions, int exitCode, params string[] arguments)
    {
        using var process = Start(functions, arguments);
        using var end = new End(process);
        var output = process.StandardOutput.ReadToEndAsync();

        Assert.Equal(message, (await process.StandardError.ReadToEndAsync()).TrimEnd());
        Assert.Equal("", await output);
        await process.WaitForExitAsync().WithinLimitAsync("the process ends");
        Assert.Equal(exitCode, process.ExitCode);
    }

    private static async Task<string> ReadUntilAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync().WithinLimitAsync($"a line with '{text}'") is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"The process ended without a line with '{text}': {await process.StandardError.ReadToEndAsync()}");
    }

    private static Process Start(Type functions, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ProcessTests).Assembly.Location, functions.FullName!, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Leaves no process behind, whatever becomes of the test.</summary>
    private sealed class End(Process process) : IDisposable
    {
        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
