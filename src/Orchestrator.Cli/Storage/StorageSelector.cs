namespace Orchestrator.Cli.Storage;

/// <summary>
/// Uses the configured storage when it answers. A local emulator that does not is replaced by one of our own; anything
/// else that does not answer is the user's to repair.
/// </summary>
internal sealed class StorageSelector(IStorageProbe probe, IEmulatorStarter emulator)
{
    /// <param name="name">Names the data folder of an emulator of our own.</param>
    /// <exception cref="CommandException">No storage answers.</exception>
    public async Task<RunningStorage> SelectAsync(StorageConnection configured, string name, Action<string> say, CancellationToken cancellationToken)
    {
        var silent = await FirstSilentAsync(configured, cancellationToken);
        if (silent is null)
            return new RunningStorage(configured.ConnectionString, $"the one configured by {configured.Source}, {configured.Table}", StopAsync: null);
        if (configured.IsLocalEmulator)
            return await emulator.StartAsync(name, say, cancellationToken);

        throw new CommandException(
            $"The storage account configured by {configured.Source} does not answer at {silent}: check the name and the network, "
            + $"or unset AzureWebJobsStorage to work on a local emulator.");
    }

    private async Task<Uri?> FirstSilentAsync(StorageConnection configured, CancellationToken cancellationToken)
    {
        foreach (var account in new[] { configured.Table, configured.Queue })
        {
            if (!await probe.AnswersAsync(account, cancellationToken))
                return account;
        }

        return null;
    }
}
