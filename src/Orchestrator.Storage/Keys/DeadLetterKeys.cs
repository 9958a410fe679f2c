namespace Orchestrator.Storage.Keys;

/// <summary>Rows of dead letters: a partition per source, newest first.</summary>
internal static class DeadLetterKeys
{
    public const string Table = "DeadLetters";

    public static string Partition(string source) => KeyText.Encode(source);

    public static string Row(DateTimeOffset arrivedAt, string id) => $"{DateTimeOffset.MaxValue.UtcTicks - arrivedAt.UtcTicks:D19}!{KeyText.Encode(id)}";
}
