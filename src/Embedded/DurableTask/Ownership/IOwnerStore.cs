namespace Embedded.DurableTask.Ownership;

/// <summary>Where the owner record lies.</summary>
internal interface IOwnerStore
{
    /// <summary>The record, or null when the hub never had an owner.</summary>
    Task<OwnerRecord?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the record if it still is as <paramref name="before"/> (null: if there is none).</summary>
    /// <returns>The record as it stands now with its tag, or null when somebody else wrote first.</returns>
    Task<OwnerRecord?> TryWriteAsync(OwnerRecord record, OwnerRecord? before, CancellationToken cancellationToken);
}
