using System.Text.Json;

namespace Orchestrator.Storage.Rows;

/// <summary>Rows that this release cannot read: a newer one has written them, before somebody went back to this one, or somebody else has.</summary>
internal static class UnreadableRows
{
    /// <summary>Whether what reading a row has thrown says that the row cannot be read.</summary>
    public static bool IsMeantBy(Exception exception) =>
        exception is InvalidDataException or FormatException or ArgumentException or IndexOutOfRangeException or InvalidOperationException or OverflowException or JsonException;
}
