using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orchestrator.TestKit.Processes;

/// <summary>Sends signals, which .NET itself cannot. Not on Windows, which has none.</summary>
public static partial class Signal
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>Ends a process at once, whatever it does.</summary>
    public const int Kill = 9;

    /// <summary>The request to end in order.</summary>
    public const int Terminate = 15;

    /// <summary>Freezes a process until <see cref="Continue"/>. It is not told and cannot refuse.</summary>
    public static readonly int Stop = OperatingSystem.IsLinux() ? 19 : 17;

    /// <summary>Lets a frozen process go on.</summary>
    public static readonly int Continue = OperatingSystem.IsLinux() ? 18 : 19;

    /// <param name="target">A process, or, negative, the process group of that number.</param>
    /// <exception cref="Win32Exception">There is no such process or group.</exception>
    public static void Send(int target, int signal)
    {
        if (SendSignal(target, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {signal} could not be sent to {target}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
