namespace Orchestrator.TestKit.Faults;

/// <summary>One of a storage account's services.</summary>
public enum StorageService
{
    /// <summary>Tables.</summary>
    Table,

    /// <summary>Queues.</summary>
    Queue,

    /// <summary>Blobs.</summary>
    Blob,
}
