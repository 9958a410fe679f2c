using Orchestrator.Access;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows of API keys: few, so all are in one partition, by id.</summary>
internal static class ApiKeyKeys
{
    public const string Table = "ApiKeys";
    public const string Partition = "keys";

    public static string Row(ApiKeyId id) => id.ToString();
}
