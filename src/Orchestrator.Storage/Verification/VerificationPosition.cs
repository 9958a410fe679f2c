using System.Text;
using System.Text.Json;

namespace Orchestrator.Storage.Verification;

/// <summary>Where a check goes on.</summary>
/// <param name="Phase">0: the day tables; from 1 on the others.</param>
/// <param name="Table">Name of a day table; empty: the first.</param>
/// <param name="Partition">The last partition looked at, or, with <paramref name="After"/>, the one that is being looked at; empty: none.</param>
/// <param name="After">The last task, or row, looked at in it; empty: the partition is done.</param>
internal sealed record VerificationPosition(int Phase, string Table, string Partition, string After)
{
    public static VerificationPosition Start { get; } = new(0, "", "", "");

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new[] { $"{Phase}", Table, Partition, After });

    public static VerificationPosition Read(ReadOnlySpan<byte> text)
    {
        var parts = JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(text))!;
        return new VerificationPosition(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1], parts[2], parts[3]);
    }

    /// <summary>For people.</summary>
    public override string ToString() => Phase == 0 ? $"{Table} {Partition}".Trim() : $"{SideRowsCheck.Tables[Phase - 1]} {Partition}".Trim();
}
