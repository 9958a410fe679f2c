namespace Orchestrator;

/// <summary>Parts of JSON Pointers (RFC 6901).</summary>
public static class JsonPointers
{
    /// <summary>A property's name as part of a pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The pointer with one more part.</summary>
    public static string Join(string pointer, string name) => $"{pointer}/{Escape(name)}";

    /// <summary>Whether a text is a pointer to something within a document.</summary>
    public static bool IsPointer(string text)
    {
        if (!text.StartsWith('/'))
            return false;
        for (var i = text.IndexOf('~', StringComparison.Ordinal); i >= 0; i = text.IndexOf('~', i + 1))
        {
            if (i + 1 == text.Length || text[i + 1] is not ('0' or '1'))
                return false;
        }

        return true;
    }
}
