namespace Orchestrator.TestKit.Processes;

/// <summary>The shell that scripts need.</summary>
public static class Bash
{
    /// <summary>Why tests of scripts cannot run here, for their report; null where they can.</summary>
    public static string? WhyNot { get; } = IsThere("bash") ? null : "There is no bash on this machine: the deployment scripts are not tested here.";

    /// <summary>Whether a program is found on the search path.</summary>
    /// <param name="program">Its name, without a folder.</param>
    public static bool IsThere(string program) => !OperatingSystem.IsWindows() && (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
