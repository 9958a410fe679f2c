using Orchestrator.Cli.Processes;

/// <summary>
/// Runs inside the function app, before its own code (DOTNET_STARTUP_HOOKS), and makes it live no longer than the command
/// that started it: standard input is a pipe that the command holds open, and when it closes, however the command ended,
/// <c>kill -9</c> included, the app is asked to stop as by SIGTERM.
/// </summary>
/// <remarks>The runtime looks for this very name, outside every namespace. Of this assembly's dependencies none can be used here.</remarks>
#pragma warning disable MA0047 // Declare types in namespaces: see the remarks.
internal static class StartupHook
#pragma warning restore MA0047
{
    public static void Initialize() => new Thread(Watch) { IsBackground = true, Name = "Parent watch" }.Start();

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (input.Read(buffer) > 0)
        {
            // Nothing is ever written to it; only its end matters.
        }

        if (OperatingSystem.IsWindows())
            Environment.Exit(0);
        ProcessSignal.Terminate(Environment.ProcessId);
    }
}
