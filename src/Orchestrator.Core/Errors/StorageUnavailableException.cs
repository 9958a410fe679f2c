namespace Orchestrator.Errors;

/// <summary>Storage does not answer, or refuses what everything depends on.</summary>
public sealed class StorageUnavailableException : OrchestratorException
{
    /// <summary>The <see cref="Reason"/> of a store that a newer release has upgraded beneath this process: to it storage is away for good.</summary>
    public const string StoreSchemaNewer = "store_schema_newer";

    /// <summary>Creates the exception.</summary>
    /// <param name="endpoint">Address of the storage service, without credentials.</param>
    /// <param name="message">What was tried, what was found and what to do.</param>
    public StorageUnavailableException(Uri endpoint, string message, Exception? innerException = null)
        : base("storage_unavailable", isRetryable: true, message, innerException) => Endpoint = endpoint;

    /// <summary>Address of the storage service, without credentials.</summary>
    public Uri Endpoint { get; }

    /// <summary>Stable name of what is wrong, for those who may not see the message: one of <c>storage_unreachable</c>, <c>storage_busy</c>,
    /// <c>storage_refused</c>, <c>storage_permission_missing</c>, <c>storage_credential_missing</c>, <c>storage_clock_wrong</c>, <c>storage_unexpected</c> and <see cref="StoreSchemaNewer"/>.</summary>
    public string Reason { get; init; } = "storage_unreachable";
}
