namespace Orchestrator.Cli;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something failed; standard error says what.</summary>
    public const int Failure = 1;

    /// <summary>Stopped by a signal before it was done, as shells report Ctrl-C.</summary>
    public const int Interrupted = 130;
}
