namespace Orchestrator.Cli.Azurite;

/// <summary>The package manager that brings the storage emulator.</summary>
internal interface INpm
{
    /// <summary>Installs exactly what the lock file in <paramref name="folder"/> names.</summary>
    /// <exception cref="CommandException">npm is missing or failed; the message says which, and what to do.</exception>
    Task InstallAsync(string folder, CancellationToken cancellationToken);
}
