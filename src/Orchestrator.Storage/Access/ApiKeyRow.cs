using Azure.Data.Tables;
using Orchestrator.Access;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;

namespace Orchestrator.Storage.Access;

/// <summary>An API key as a row.</summary>
internal static class ApiKeyRow
{
    private const string HashColumn = "Hash";

    /// <summary>All but the hash, which nothing that shows keys needs.</summary>
    public static readonly IReadOnlyList<string> Listed =
        ["PartitionKey", "RowKey", "Schema", "Name", "Role", "CreatedAt", "CreatedBy", "ExpiresAt", "LastUsedAt", "RevokedAt", "RevokedBy"];

    public static TableEntity Write(ApiKey key, ReadOnlyMemory<byte> hash)
    {
        var row = Empty(key.Id);
        row["Schema"] = 1;
        row["Name"] = key.Name;
        row["Role"] = key.Role.ToString();
        row["CreatedAt"] = key.CreatedAt;
        row["CreatedBy"] = key.CreatedBy;
        row[HashColumn] = hash.ToArray();
        if (key.ExpiresAt is { } expiresAt)
            row["ExpiresAt"] = expiresAt;
        return row;
    }

    public static TableEntity WriteUse(ApiKeyId id, DateTimeOffset at)
    {
        var row = Empty(id);
        row["LastUsedAt"] = at;
        return row;
    }

    public static TableEntity WriteEnd(ApiKeyId id, DateTimeOffset at, string by)
    {
        var row = Empty(id);
        row["RevokedAt"] = at;
        row["RevokedBy"] = by;
        return row;
    }

    /// <exception cref="InvalidDataException">The row was not written by us: it lets nobody in.</exception>
    public static StoredApiKey Read(TableEntity row) =>
        new(ReadKey(row), row.GetBinary(HashColumn) ?? throw new InvalidDataException($"API key {row.RowKey} has no hash."), row.ETag.ToString());

    /// <exception cref="InvalidDataException">The row was not written by us.</exception>
    public static ApiKey ReadKey(TableEntity row) => new()
    {
        Id = ApiKeyId.Parse(row.RowKey),
        Name = row.RequireText("Name"),
        Role = ReadRole(row),
        CreatedAt = row.RequireTime("CreatedAt"),
        CreatedBy = row.RequireText("CreatedBy"),
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt"),
        LastUsedAt = row.GetDateTimeOffset("LastUsedAt"),
        RevokedAt = row.GetDateTimeOffset("RevokedAt"),
        RevokedBy = row.GetString("RevokedBy"),
    };

    private static Role ReadRole(TableEntity row) => row.RequireText("Role") switch
    {
        nameof(Role.Viewer) => Role.Viewer,
        nameof(Role.Operator) => Role.Operator,
        nameof(Role.Admin) => Role.Admin,
        var other => throw new InvalidDataException($"API key {row.RowKey} has the role '{other}', which there is not."),
    };

    private static TableEntity Empty(ApiKeyId id) => new(ApiKeyKeys.Partition, ApiKeyKeys.Row(id));
}
