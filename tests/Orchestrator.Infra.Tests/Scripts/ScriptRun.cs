namespace Orchestrator.Infra.Tests.Scripts;

/// <summary>A run of a script that has ended.</summary>
/// <param name="Calls">What it called of the tools that were faked, in order: name and arguments, in quotes those with a space, a semicolon or an ampersand.</param>
internal sealed record ScriptRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors, IReadOnlyList<string> Calls)
{
    /// <summary>Everything it wrote and called, for the message of a failed test.</summary>
    public string Transcript => string.Join(Environment.NewLine, [$"It ended with {ExitCode}.", .. Output, "--- errors:", .. Errors, "--- calls:", .. Calls]);
}
