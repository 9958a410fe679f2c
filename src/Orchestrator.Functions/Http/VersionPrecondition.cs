using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Functions.Http;

/// <summary>What If-Match and If-None-Match demand of the version in force, whose ETag is its number.</summary>
internal static class VersionPrecondition
{
    /// <summary>Whether a version, null for none, is one that the caller wants to change; without the headers every one is.</summary>
    /// <exception cref="BadHttpRequestException">A header cannot be read.</exception>
    public static Func<int?, bool> Of(HttpRequest request)
    {
        var match = Tags(request.Headers.IfMatch, "If-Match");
        var noneMatch = Tags(request.Headers.IfNoneMatch, "If-None-Match");
        return version => (match is null || match.Any(tag => Matches(tag, version))) && (noneMatch is null || !noneMatch.Any(tag => Matches(tag, version)));
    }

    private static IList<EntityTagHeaderValue>? Tags(StringValues header, string name)
    {
        if (header.Count == 0)
            return null;
        return EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var tags)
            ? tags
            : throw new BadHttpRequestException($"The header {name} is not a list of ETags such as \"3\", nor *.");
    }

    /// <summary>The strong comparison of RFC 9110: a weak tag matches nothing.</summary>
    private static bool Matches(EntityTagHeaderValue tag, int? version) =>
        version is { } number && (tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag.Equals($"\"{number.ToString(CultureInfo.InvariantCulture)}\"", StringComparison.Ordinal)));
}
