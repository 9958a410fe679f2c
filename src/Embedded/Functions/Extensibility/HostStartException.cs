namespace Embedded.Functions.Extensibility;

/// <summary>
/// The host cannot start, for a reason that whoever started it can mend. Unhandled, it ends the process with <see cref="ExitCode"/> and
/// its message alone on standard error.
/// </summary>
/// <param name="message">What was tried, what was found, and what to do: one line, or a line for each fault.</param>
public class HostStartException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What the process ends with.</summary>
    public virtual int ExitCode => 1;
}
