namespace Orchestrator.Schemas;

/// <summary>Parts of JSON Pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    /// <summary>A property's name as part of a pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The pointer with one more part.</summary>
    public static string Join(string pointer, string name) => $"{pointer}/{Escape(name)}";
}
