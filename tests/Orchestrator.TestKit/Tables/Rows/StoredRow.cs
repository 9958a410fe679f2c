using System.Globalization;

namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>A row as it is kept: its own columns as the JSON they are answered with, which takes a third of what objects would. Never changed, only replaced.</summary>
/// <param name="columns">A JSON object, see <see cref="RowJson"/>.</param>
/// <param name="version">Ticks of the time of the write, UTC, higher for each write of the server.</param>
internal sealed class StoredRow(RowKeys keys, byte[] columns, long version)
{
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public RowKeys Keys { get; } = keys;

    public byte[] Columns { get; } = columns;

    public DateTimeOffset Timestamp => new(version, TimeSpan.Zero);

    /// <summary>The row's ETag, made as the service makes it.</summary>
    public string ETag => $"W/\"datetime'{Uri.EscapeDataString(Timestamp.ToString(TimeFormat, CultureInfo.InvariantCulture))}'\"";
}
