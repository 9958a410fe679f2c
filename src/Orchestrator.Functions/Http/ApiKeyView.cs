using System.Text.Json.Serialization;
using Orchestrator.Access;

namespace Orchestrator.Functions.Http;

/// <summary>Whether an API key lets its holder in.</summary>
internal enum ApiKeyState
{
    Active,
    Expired,
    Revoked,
}

/// <summary>An API key as the API shows it.</summary>
internal sealed record ApiKeyView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required ApiKeyState State { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTime? ExpiresAt { get; init; }

    public required DateTime? LastUsedAt { get; init; }

    public required DateTime? RevokedAt { get; init; }

    public required string? RevokedBy { get; init; }

    /// <summary>The secret: only in the answer to its creation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public static ApiKeyView Of(ApiKey key, DateTimeOffset now) => new()
    {
        Id = key.Id.ToString(),
        Name = key.Name,
        Role = key.Role,
        State = key.RevokedAt is not null ? ApiKeyState.Revoked : key.IsUsable(now) ? ApiKeyState.Active : ApiKeyState.Expired,
        CreatedAt = key.CreatedAt.UtcDateTime,
        CreatedBy = key.CreatedBy,
        ExpiresAt = key.ExpiresAt?.UtcDateTime,
        LastUsedAt = key.LastUsedAt?.UtcDateTime,
        RevokedAt = key.RevokedAt?.UtcDateTime,
        RevokedBy = key.RevokedBy,
    };
}

/// <summary>All API keys.</summary>
internal sealed record ApiKeyListView(IReadOnlyList<ApiKeyView> Keys);
