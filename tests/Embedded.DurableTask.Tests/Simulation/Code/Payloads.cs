namespace Embedded.DurableTask.Tests.Simulation.Code;

/// <summary>Large texts that cannot be compressed, the same ones for the same name.</summary>
internal static class Payloads
{
    private const int Shown = 60;

    public static string Create(string name, int thousands)
    {
        var bytes = new byte[thousands * 750];
        new Random(HashOf(name)).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>A text as it is, or if it is a long one, what tells it from others.</summary>
    public static string Shorten(string text) => text.Length <= Shown ? text : $"{text[..10]}~{text.Length}~{HashOf(text)}";

    /// <summary>The same in every process, unlike the hash code of a text.</summary>
    private static int HashOf(string text) => text.Aggregate(17, static (hash, unit) => unchecked((hash * 31) + unit));
}
