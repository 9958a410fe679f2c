using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Embedded.Functions.Http;

/// <summary>A function with its route.</summary>
/// <param name="Route">With the prefix, without a slash at its start.</param>
/// <param name="Methods">In capitals; none stands for all.</param>
internal sealed record HttpFunction(TriggeredFunction Function, string Route, RoutePattern Pattern, IReadOnlyList<string> Methods)
{
    /// <summary>Whether no request could tell this function from <paramref name="other"/>.</summary>
    public bool Collides(HttpFunction other) =>
        string.Equals(Shape(Pattern), Shape(other.Pattern), StringComparison.OrdinalIgnoreCase)
        && (Methods.Count == 0 || other.Methods.Count == 0 || Methods.Intersect(other.Methods, StringComparer.Ordinal).Any());

    /// <summary>The pattern without the names of its parameters.</summary>
    private static string Shape(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            "{" + (parameter.IsCatchAll ? "*" : "") + string.Concat(parameter.ParameterPolicies.Select(policy => ":" + policy.Content)) + "}",
        _ => "",
    }))));
}
