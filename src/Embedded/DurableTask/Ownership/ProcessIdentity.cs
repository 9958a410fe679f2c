using System.Diagnostics;
using System.Globalization;

namespace Embedded.DurableTask.Ownership;

/// <summary>Which process owns a hub, precise enough to tell later whether it still runs.</summary>
/// <param name="Machine">The machine's name; of a process in a container also what tells it from others of that name.</param>
/// <param name="BootId">Names one run of the machine; empty where the system does not tell.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="ProcessStart">When the process started, as the system counts it; tells it from a later one of the same id.</param>
internal sealed record ProcessIdentity(string Machine, string BootId, int ProcessId, string ProcessStart)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private const string ProcessNamespaceFile = "/proc/self/ns/pid";

    /// <summary>The namespace of process ids that a Linux machine itself has; containers have others.</summary>
    private const string OwnNamespace = "pid:[4026531836]";

    public static ProcessIdentity Current()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessIdentity(ReadMachine(), ReadBootId(), process.Id, StartOf(process));
    }

    /// <summary>
    /// Whether the process is surely dead, which only its own machine can know: the machine has been started anew, or there is no
    /// such process.
    /// </summary>
    public bool IsSurelyDead(ProcessIdentity observer)
    {
        if (Machine != observer.Machine)
        {
            return false;
        }

        if (BootId != observer.BootId)
        {
            return BootId.Length > 0 && observer.BootId.Length > 0;
        }

        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return StartOf(process) != ProcessStart || process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }

    public override string ToString() => $"process {ProcessId} on {Machine}";

    /// <summary>A container counts its processes by itself: to others it is another machine, whatever its name.</summary>
    private static string ReadMachine() =>
        File.Exists(ProcessNamespaceFile) && new FileInfo(ProcessNamespaceFile).LinkTarget is { } container && container != OwnNamespace
            ? $"{Environment.MachineName}/{container}"
            : Environment.MachineName;

    private static string ReadBootId() => File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : string.Empty;

    /// <summary>On Linux the tick of the kernel's counter, which no change of the clock moves; elsewhere the start time.</summary>
    private static string StartOf(Process process)
    {
        var stat = $"/proc/{process.Id}/stat";
        if (!File.Exists(stat))
        {
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }

        // The fields behind the command's name, which is in parentheses and may contain anything; the start time is field 22 of all.
        var text = File.ReadAllText(stat);
        return text[(text.LastIndexOf(')') + 2)..].Split(' ')[19];
    }
}
