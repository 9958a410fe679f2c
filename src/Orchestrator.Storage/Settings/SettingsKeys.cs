namespace Orchestrator.Storage.Settings;

/// <summary>Rows of the store itself: <c>token-key</c>, its secret; <c>schema</c>, its schema version; <c>task-hub</c>, where its tasks are driven; <c>write-check</c>, written at each start to see whether that is allowed.</summary>
internal static class SettingsKeys
{
    public const string Table = "OrchestratorSettings";

    public const string Partition = "settings";

    public const string WriteCheck = "write-check";
}
