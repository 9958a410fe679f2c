namespace Orchestrator.Cli.Storage;

/// <summary>Storage that answers.</summary>
/// <param name="ConnectionString">For the function app; a secret.</param>
/// <param name="Description">One line for the user, without secrets.</param>
/// <param name="StopAsync">Stops what was started for it; the token asks for that at once. Null when it is not ours.</param>
internal sealed record RunningStorage(string ConnectionString, string Description, Func<CancellationToken, Task>? StopAsync)
{
    public override string ToString() => Description;
}
