namespace Orchestrator.Cli.Storage;

internal interface IStorageProbe
{
    /// <summary>
    /// True when a storage service answers at <paramref name="account"/>: it refuses the unsigned question, but names
    /// itself or its request id while doing so. Another program that happens to listen there does not.
    /// </summary>
    Task<bool> AnswersAsync(Uri account, CancellationToken cancellationToken);
}
