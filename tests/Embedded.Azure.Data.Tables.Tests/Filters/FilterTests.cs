using System.Linq.Expressions;
using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Filters;

public sealed class FilterTests
{
    private enum Colour
    {
        Red,
        Blue,
    }

    public static TheoryData<object?, string> Literals => new()
    {
        { "plain", "'plain'" },
        { "it's", "'it''s'" },
        { "' or '1' eq '1", "''' or ''1'' eq ''1'" },
        { "{0} %27", "'{0} %27'" },
        { 'c', "'c'" },
        { '\'', "''''" },
        { true, "true" },
        { false, "false" },
        { 5, "5" },
        { -5, "-5" },
        { (short)5, "5" },
        { 5L, "5L" },
        { long.MinValue, "-9223372036854775808L" },
        { 1.5, "1.5" },
        { 5.0, "5.0" },
        { 1e300, "1E+300" },
        { double.NaN, "NaN" },
        { double.PositiveInfinity, "INF" },
        { double.NegativeInfinity, "-INF" },
        { new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), "guid'0f8fad5b-d9cb-469f-a165-70867728950e'" },
        { new DateTimeOffset(2026, 11, 22, 16, 5, 4, 3, TimeSpan.FromHours(2)).AddTicks(7), "datetime'2026-11-22T14:05:04.0030007Z'" },
        { new DateTime(2026, 11, 22, 16, 5, 4, DateTimeKind.Utc), "datetime'2026-11-22T16:05:04.0000000Z'" },
        { new byte[] { 0, 171, 255 }, "X'00abff'" },
        { Colour.Blue, "'Blue'" },
        { null, "null" },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void CreateQueryFilter_Value_BecomesItsLiteral(object? value, string literal) =>
        Assert.Equal($"A eq {literal} and B ne 'x'", TableClient.CreateQueryFilter($"A eq {value} and B ne 'x'"));

    [Fact]
    public void CreateQueryFilter_BinaryData_BecomesItsLiteral() =>
        Assert.Equal("A eq X'0102'", TableClient.CreateQueryFilter($"A eq {new BinaryData(new byte[] { 1, 2 })}"));

    [Fact]
    public void CreateQueryFilter_UnknownType_IsRefused() =>
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {1.5m}"));

    [Fact]
    public void CreateQueryFilter_LocalTime_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => TableClient.CreateQueryFilter($"A eq {new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local)}"));

    [Fact]
    public void CreateQueryFilter_Predicate_IsTranslated()
    {
        var key = "it's";
        var limits = new { Least = 5L };

        Assert.Equal("PartitionKey eq 'it''s'", Filter(thing => thing.PartitionKey == key));
        Assert.Equal("(PartitionKey eq 'a') and (Number ge 5L)", Filter(thing => thing.PartitionKey == "a" && thing.Number >= limits.Least));
        Assert.Equal("((Number lt 1L) or (Number gt 2L)) and (not (Text eq 'x'))", Filter(thing => (thing.Number < 1 || thing.Number > 2) && !(thing.Text == "x")));
        Assert.Equal("Number gt 3L", Filter(thing => 3 < thing.Number));
        Assert.Equal("Number le 3L", Filter(thing => 3 >= thing.Number));
        Assert.Equal("Number ne 3L", Filter(thing => 3 != thing.Number));
        Assert.Equal("Flag eq true", Filter(thing => thing.Flag));
        Assert.Equal("not (Flag eq true)", Filter(thing => !thing.Flag));
        Assert.Equal("Flag eq false", Filter(thing => thing.Flag == false));
        Assert.Equal("Colour eq 'Blue'", Filter(thing => thing.Colour == Colour.Blue));
        Assert.Equal("Maybe eq 7", Filter(thing => thing.Maybe == 7));
        Assert.Equal("Maybe lt 7", Filter(thing => thing.Maybe!.Value < 7));
        Assert.Equal("other_name eq 'x'", Filter(thing => thing.Renamed == "x"));
        Assert.Equal("Text eq 'x'", Filter(thing => thing.Text.Equals("x")));
        Assert.Equal("Text eq 'x'", Filter(thing => string.Equals(thing.Text, "x")));
        Assert.Equal("Text ge 'x'", Filter(thing => string.Compare(thing.Text, "x") >= 0));
        Assert.Equal("Text lt 'x'", Filter(thing => thing.Text.CompareTo("x") < 0));
        Assert.Equal("Timestamp gt datetime'2026-01-02T00:00:00.0000000Z'", Filter(thing => thing.Timestamp > new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void CreateQueryFilter_PredicateOnDictionary_NamesTheColumn()
    {
        var column = "Score";

        Assert.Equal("Score ge 5", TableClient.CreateQueryFilter<TableEntity>(row => row.GetInt32(column) >= 5));
        Assert.Equal("Text eq 'x'", TableClient.CreateQueryFilter<TableEntity>(row => row.GetString("Text") == "x"));
        Assert.Equal("Text eq 'x'", TableClient.CreateQueryFilter<TableEntity>(row => (string)row["Text"] == "x"));
        Assert.Equal("RowKey gt 'x'", TableClient.CreateQueryFilter<TableEntity>(row => string.Compare(row.RowKey, "x") > 0));
    }

    [Fact]
    public void CreateQueryFilter_PredicateOnTables_UsesTheServicesName() =>
        Assert.Equal("(TableName eq 'a') or (TableName eq 'b')", TableServiceClient.CreateQueryFilter(table => table.Name == "a" || table.Name == "b"));

    [Fact]
    public void CreateQueryFilter_WhatTheServiceCannotDo_IsRefused()
    {
        Assert.Throws<NotSupportedException>(() => Filter(thing => thing.Text.StartsWith('x')));
        Assert.Throws<NotSupportedException>(() => Filter(thing => thing.Text.Length == 3));
        Assert.Throws<NotSupportedException>(() => Filter(thing => thing.PartitionKey == thing.RowKey));
        Assert.Throws<NotSupportedException>(() => Filter(thing => thing.Number + 1 == 3));
        Assert.Throws<NotSupportedException>(() => Filter(thing => thing.Text.Equals("x", StringComparison.OrdinalIgnoreCase)));
        Assert.Throws<NotSupportedException>(() => Filter(thing => string.Compare(thing.Text, "x", StringComparison.Ordinal) > 0));
    }

    private static string Filter(Expression<Func<Thing, bool>> predicate) => TableClient.CreateQueryFilter(predicate);

    private sealed class Thing : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Text { get; set; } = "";

        public long Number { get; set; }

        public int? Maybe { get; set; }

        public bool Flag { get; set; }

        public Colour Colour { get; set; }

        [DataMember(Name = "other_name")]
        public string? Renamed { get; set; }
    }
}
