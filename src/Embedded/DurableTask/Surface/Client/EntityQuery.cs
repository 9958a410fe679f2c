namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Which entities to list; what is null does not restrict.</summary>
public record EntityQuery
{
    public const int DefaultPageSize = 100;

    private readonly string? _instanceIdStartsWith;

    /// <summary>
    /// What their <c>@name@key</c> begins with. The first <c>@</c> may be left out. Names are compared in lower case, keys as they
    /// stand; with the second <c>@</c> the name is a whole one.
    /// </summary>
    public string? InstanceIdStartsWith
    {
        get => _instanceIdStartsWith;
        init => _instanceIdStartsWith = value is null ? null : Normalize(value.StartsWith('@') ? value : $"@{value}");
    }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? LastModifiedFrom { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? LastModifiedTo { get; init; }

    public bool IncludeState { get; init; } = true;

    /// <summary>Also entities without a state that are kept for what waits in their queue, or for a lock.</summary>
    public bool IncludeTransient { get; init; }

    /// <summary>From 1 on; null for <see cref="DefaultPageSize"/>.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where to begin, from an earlier page; null for the start.</summary>
    public string? ContinuationToken { get; init; }

    private static string Normalize(string prefix)
    {
        var separator = prefix.IndexOf('@', 1);
        return separator < 0 ? prefix.ToLowerInvariant() : prefix[..separator].ToLowerInvariant() + prefix[separator..];
    }
}
