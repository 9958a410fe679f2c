using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Names this process so that another on the same machine can tell whether it still runs: machine, boot and process namespace in
/// one token, then process id and start time.
/// </summary>
/// <param name="Place">Where it runs. Only within the same place does a process id mean anything.</param>
/// <param name="ProcessId">Its id there.</param>
/// <param name="StartedAt">Its start in UTC milliseconds since 1970: ids are given out anew.</param>
public sealed record ProcessIdentity(string Place, int ProcessId, long StartedAt)
{
    /// <summary>The start of one process, seen by two others, may differ by so much.</summary>
    private const long StartToleranceMilliseconds = 10_000;

    /// <summary>This process.</summary>
    public static ProcessIdentity Current { get; } = Find();

    /// <summary>Reads what <see cref="ToString"/> has written; null when it is something else.</summary>
    public static ProcessIdentity? Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var startedAt)
            ? new ProcessIdentity(parts[0], processId, startedAt)
            : null;
    }

    /// <summary>Whether the process is known for certain to have ended; false when that cannot be told from here.</summary>
    public bool HasEnded()
    {
        if (!string.Equals(Place, Current.Place, StringComparison.Ordinal))
            return false;

        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return process.HasExited || Math.Abs(StartOf(process) - StartedAt) > StartToleranceMilliseconds;
        }
        catch (ArgumentException)
        {
            // No process has the id.
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It ended while we looked, or we may not look.
            return exception is InvalidOperationException;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place}/{ProcessId}/{StartedAt}");

    private static ProcessIdentity Find()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessIdentity(FindPlace(), process.Id, StartOf(process));
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds();

    /// <summary>Containers may share a machine's name and its boot, but then have process namespaces of their own.</summary>
    private static string FindPlace()
    {
        var boot = Read("/proc/sys/kernel/random/boot_id", File.ReadAllText);
        var processes = Read("/proc/self/ns/pid", path => new FileInfo(path).LinkTarget ?? "");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{boot} {processes}")))[..12];
        return $"{Environment.MachineName.Replace('/', '_')}-{hash}";
    }

    private static string Read(string path, Func<string, string> read)
    {
        try
        {
            return read(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
