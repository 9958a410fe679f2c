using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Cli.Processes;

namespace Orchestrator.Cli.Azurite;

/// <summary>The npm found on the PATH.</summary>
/// <param name="program">Its name or path.</param>
internal sealed class Npm(TimeProvider time, string program) : INpm
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    public Npm(TimeProvider time)
        : this(time, OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
    {
    }

    public async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        await using var child = Start(folder);
        try
        {
            var exitCode = await child.Exited.WaitAsync(_limit, time, cancellationToken);
            if (exitCode != 0)
                throw new CommandException($"'npm ci' in {folder} failed with exit code {exitCode}: {child.Tail.Cause()}");
        }
        catch (TimeoutException exception)
        {
            throw new CommandException($"'npm ci' in {folder} did not end within {_limit.TotalMinutes} minutes: check the connection to the npm registry.", exception);
        }
    }

    private ChildProcess Start(string folder)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            ArgumentList = { "ci", "--no-audit", "--no-fund", "--loglevel=error" },
        };
        try
        {
            return ChildProcess.Start(start, time);
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(NodeMissing.Message("npm", exception), exception);
        }
    }
}
