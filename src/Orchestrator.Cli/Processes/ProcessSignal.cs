using System.Runtime.InteropServices;

namespace Orchestrator.Cli.Processes;

/// <summary>Sends the signal that .NET itself cannot send. On Windows, which has none, it does nothing.</summary>
internal static partial class ProcessSignal
{
    private const int SigTerm = 15;

    /// <summary>Asks the process to end. One that has ended already is no error.</summary>
    public static void Terminate(int processId)
    {
        if (!OperatingSystem.IsWindows())
            _ = Kill(processId, SigTerm);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
