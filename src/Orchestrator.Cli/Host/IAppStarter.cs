namespace Orchestrator.Cli.Host;

internal interface IAppStarter
{
    /// <summary>Makes sure that storage answers, and starts the function app on it.</summary>
    /// <param name="say">Told, in one line each, what is going on.</param>
    /// <exception cref="CommandException">It could not be started; nothing that was started for it is left.</exception>
    Task<IRunningApp> StartAsync(AppRequest request, Action<string> say, CancellationToken cancellationToken);

    /// <summary>Has the app say what would keep it from starting with the settings that there are, without starting it.</summary>
    /// <param name="say">Told each line that it says.</param>
    /// <param name="complain">Told each line that it writes to standard error.</param>
    /// <returns>The app's exit code.</returns>
    /// <exception cref="CommandException">It has not been built.</exception>
    Task<int> CheckAsync(Action<string> say, Action<string> complain, CancellationToken cancellationToken);
}

/// <summary>What a command wants of the app.</summary>
/// <param name="Name">Names the storage emulator's data folder, should one be started.</param>
/// <param name="Port">Where the app shall listen; null for any free port.</param>
/// <param name="ReadFolders">What its file agents may read.</param>
/// <param name="WriteFolders">Where its file agents may write.</param>
internal sealed record AppRequest(string Name, int? Port, IReadOnlyList<string> ReadFolders, IReadOnlyList<string> WriteFolders)
{
    /// <summary>An admin's key without which nobody gets in; null: nobody on this machine needs one.</summary>
    public string? FirstKey { get; init; }

    public override string ToString() => Name;
}
