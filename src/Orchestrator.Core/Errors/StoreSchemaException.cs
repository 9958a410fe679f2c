namespace Orchestrator.Errors;

/// <summary>The store was written by a release that is newer than this one, which would not know what it reads.</summary>
public sealed class StoreSchemaException : OrchestratorException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="endpoint">Address of the table service, without credentials.</param>
    /// <param name="found">The store's schema version.</param>
    /// <param name="foundRelease">The release that brought the store to it.</param>
    /// <param name="known">The newest version that this release knows.</param>
    /// <param name="release">This release.</param>
    public StoreSchemaException(Uri endpoint, int found, string foundRelease, int known, string release)
        : base(
            StorageUnavailableException.StoreSchemaNewer,
            isRetryable: false,
            $"The store at {endpoint.GetLeftPart(UriPartial.Path)} has schema version {found}, written by release {foundRelease}; this release, {release}, knows versions up to {known}. "
            + $"Start release {foundRelease} or a later one, or name another store with Orchestrator:Storage:TablePrefix. Nothing was changed.")
    {
        Found = found;
        Known = known;
    }

    /// <summary>The store's schema version.</summary>
    public int Found { get; }

    /// <summary>The newest version that this release knows.</summary>
    public int Known { get; }
}
