namespace Orchestrator;

/// <summary>What is done to texts that are too long.</summary>
public static class Texts
{
    /// <summary>The text, or as many of its first characters as are allowed, but never half of a surrogate pair.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
