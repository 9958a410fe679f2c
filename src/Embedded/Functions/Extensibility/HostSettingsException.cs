namespace Embedded.Functions.Extensibility;

/// <summary>The host cannot start because of what a file or a setting says. Ends the process with the exit code for that, 78 (EX_CONFIG of sysexits.h).</summary>
/// <inheritdoc cref="HostStartException"/>
public sealed class HostSettingsException(string message, Exception? innerException = null) : HostStartException(message, innerException)
{
    /// <inheritdoc/>
    public override int ExitCode => 78;
}
