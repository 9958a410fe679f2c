using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Columns;

/// <summary>An entity type with a property of every type that tables can hold.</summary>
public sealed class Everything : ITableEntity
{
    public enum Size
    {
        Small,
        Large,
    }

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string? Text { get; set; }

    public bool Flag { get; set; }

    public int Number { get; set; }

    public long Large { get; set; }

    public ulong Natural { get; set; }

    public double Real { get; set; }

    public Guid Id { get; set; }

    public DateTimeOffset Time { get; set; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTime Utc { get; set; } = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public byte[]? Bytes { get; set; }

    public BinaryData? Data { get; set; }

    public Size Enum { get; set; }

    public bool? MaybeFlag { get; set; }

    public int? MaybeInt32 { get; set; }

    public long? MaybeInt64 { get; set; }

    public double? MaybeDouble { get; set; }

    public Guid? MaybeGuid { get; set; }

    public DateTimeOffset? MaybeTime { get; set; }

    public DateTime? MaybeUtc { get; set; }

    public Size? MaybeEnum { get; set; }

    [DataMember(Name = "renamed")]
    public string? Renamed { get; set; }

    [IgnoreDataMember]
    public Version? Ignored { get; set; } = new(1, 0);

    public string Computed => Text + "!";
}
