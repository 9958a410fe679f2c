namespace Orchestrator.Cli.Storage;

internal interface IEmulatorStarter
{
    /// <summary>Starts an emulator of our own, installing it first where needed.</summary>
    /// <param name="name">Names its data folder: one run at a time may use it.</param>
    /// <param name="say">Told, in one line, what takes longer than a moment.</param>
    /// <exception cref="CommandException">It could not be installed or started.</exception>
    Task<RunningStorage> StartAsync(string name, Action<string> say, CancellationToken cancellationToken);
}
