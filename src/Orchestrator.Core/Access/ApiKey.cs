namespace Orchestrator.Access;

/// <summary>What is known of an API key; never its secret.</summary>
public sealed record ApiKey
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Most characters of who created or revoked it.</summary>
    public const int MaxActorLength = 200;

    /// <summary>Its id.</summary>
    public required ApiKeyId Id { get; init; }

    /// <summary>What people call it: whoever, or whatever, holds it.</summary>
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    public required Role Role { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who created it, as the audit calls them.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>From when on it is of no use any more; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last seen, give or take <see cref="UseInterval"/>; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Who revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>How long a use is not written down after one that was.</summary>
    public static TimeSpan UseInterval { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether it lets anybody in at a time.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>When it came to its end, if it has by a time.</summary>
    public DateTimeOffset? EndedAt(DateTimeOffset now) => IsUsable(now) ? null : RevokedAt ?? ExpiresAt;
}

/// <summary>An API key with the hash of its secret.</summary>
/// <param name="Hash">32 bytes.</param>
/// <param name="Tag">The row's version, which a later write names.</param>
public sealed record StoredApiKey(ApiKey Key, ReadOnlyMemory<byte> Hash, string Tag);
