using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>The name of a kind of binding, as metadata tells it: <c>httpTrigger</c>, <c>queue</c>, <c>durableClient</c>.</summary>
internal static class BindingKind
{
    public static string Of(Attribute attribute)
    {
        if (attribute is HttpResultAttribute)
            return "http";
        var name = attribute.GetType().Name;
        foreach (var suffix in (ReadOnlySpan<string>)["Attribute", "Output", "Input"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                name = name[..^suffix.Length];
        }

        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
