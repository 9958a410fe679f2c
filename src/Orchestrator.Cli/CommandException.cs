namespace Orchestrator.Cli;

/// <summary>
/// Ends the command with one line for the user and exit code 1. The message says what was tried, what was found and what
/// to do; a stack trace would add nothing to it.
/// </summary>
internal sealed class CommandException : Exception
{
    public CommandException(string message)
        : base(message)
    {
    }

    public CommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
