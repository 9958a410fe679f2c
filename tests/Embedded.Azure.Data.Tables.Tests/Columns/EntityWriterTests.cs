using System.Buffers;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Columns;

namespace Embedded.Azure.Data.Tables.Tests.Columns;

public sealed class EntityWriterTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 16, 5, 4, TimeSpan.FromHours(1));

    [Fact]
    public void Write_Dictionary_AnnotatesWhatJsonDoesNotTell()
    {
        var entity = new TableEntity("p", "r")
        {
            ["Text"] = "\"é\n\u2028😀<",
            ["Flag"] = true,
            ["Int32"] = -7,
            ["Int64"] = long.MinValue,
            ["Double"] = 5.0,
            ["NotANumber"] = double.NaN,
            ["Infinite"] = double.NegativeInfinity,
            ["Guid"] = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
            ["Time"] = Time,
            ["Utc"] = Time.UtcDateTime,
            ["Bytes"] = new byte[] { 1, 2 },
            ["Data"] = new BinaryData(new byte[] { 3 }),
            ["Nothing"] = null!,
        };
        entity.ETag = new ETag("version");
        entity.Timestamp = Time;

        Assert.Equal(
            Flat(
                """
                {"PartitionKey":"p","RowKey":"r","Text":"\"\u00E9\u000A\u2028\uD83D\uDE00<","Flag":true,"Int32":-7,"Int64@odata.type":"Edm.Int64","Int64":"-9223372036854775808",
                "Double@odata.type":"Edm.Double","Double":5,"NotANumber@odata.type":"Edm.Double","NotANumber":"NaN","Infinite@odata.type":"Edm.Double","Infinite":"-Infinity",
                "Guid@odata.type":"Edm.Guid","Guid":"0f8fad5b-d9cb-469f-a165-70867728950e","Time@odata.type":"Edm.DateTime","Time":"2026-11-22T15:05:04.0000000Z",
                "Utc@odata.type":"Edm.DateTime","Utc":"2026-11-22T15:05:04.0000000Z","Bytes@odata.type":"Edm.Binary","Bytes":"AQI=","Data@odata.type":"Edm.Binary","Data":"Aw=="}
                """),
            Write(entity));
    }

    [Fact]
    public void Write_Typed_LeavesOutNullsIgnoredAndServiceColumns()
    {
        var entity = new Everything { PartitionKey = "p", RowKey = "r", ETag = new ETag("v"), Timestamp = Time, Enum = Everything.Size.Large, Renamed = "x", MaybeEnum = Everything.Size.Small };

        Assert.Equal(
            Flat(
                """
                {"PartitionKey":"p","RowKey":"r","Flag":false,"Number":0,"Large@odata.type":"Edm.Int64","Large":"0","Natural@odata.type":"Edm.Int64","Natural":"0",
                "Real@odata.type":"Edm.Double","Real":0,"Id@odata.type":"Edm.Guid","Id":"00000000-0000-0000-0000-000000000000",
                "Time@odata.type":"Edm.DateTime","Time":"2000-01-01T00:00:00.0000000Z","Utc@odata.type":"Edm.DateTime","Utc":"2000-01-01T00:00:00.0000000Z",
                "Enum":"Large","MaybeEnum":"Small","renamed":"x","Computed":"!"}
                """),
            Write(entity));
    }

    [Fact]
    public void Write_AfterARefusedEntity_WritesTheNextOneWhole()
    {
        using var writer = new EntityWriter();
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<NotSupportedException>(() => writer.Write(output, new TableEntity("p", "r") { ["A"] = 1.5m }));
        output.Clear();

        writer.Write(output, new TableEntity("p", "r"));

        Assert.Equal("""{"PartitionKey":"p","RowKey":"r"}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("a\"b\\c\nd<e>'&+/", """a\"b\\c\nd<e>'&+/""")]
    [InlineData("é\"\\\t\u007F\uFFFF", """\u00E9\"\\\u0009\u007F\uFFFF""")]
    public void Write_Text_EscapesWhatItMust(string text, string json) =>
        Assert.Equal($$"""{"PartitionKey":"p","RowKey":"r","A":"{{json}}"}""", Write(new TableEntity("p", "r") { ["A"] = text }));

    [Fact]
    public void Write_HalfASurrogatePair_IsRefused()
    {
        // Not as theory data: attributes cannot hold such text.
        foreach (var text in new[] { "\uD83Dx", "x\uDE00", "\uD83D" })
            Assert.Throws<ArgumentException>(() => Write(new TableEntity("p", "r") { ["A"] = text }));
    }

    [Fact]
    public void Write_LocalTime_IsRefused()
    {
        var failure = Assert.Throws<NotSupportedException>(() => Write(new TableEntity("p", "r") { ["A"] = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Unspecified) }));

        Assert.Equal("The property 'A' is a DateTime of kind Unspecified; it must be UTC (DateTime.SpecifyKind), or use DateTimeOffset.", failure.Message);
    }

    [Fact]
    public void Write_EnumInDictionary_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => Write(new TableEntity("p", "r") { ["A"] = DayOfWeek.Monday }));

    [Fact]
    public void Write_TypeThatTablesCannotHold_NamesTheProperty()
    {
        var failure = Assert.Throws<NotSupportedException>(() => Write(new WithDecimal { PartitionKey = "p", RowKey = "r" }));

        Assert.Equal($"The property {typeof(WithDecimal).FullName}.Amount has the type System.Decimal, which tables cannot hold; mark it with [IgnoreDataMember].", failure.Message);
    }

    [Fact]
    public void Write_ExplicitlyImplementedKeys_AreWritten() =>
        Assert.Equal("""{"PartitionKey":"a","RowKey":"b","First":"a","Second":"b"}""", Write(new WithOwnKeys { First = "a", Second = "b" }));

    private static string Flat(string json) => json.ReplaceLineEndings("");

    private static string Write(ITableEntity entity)
    {
        using var writer = new EntityWriter();
        var output = new ArrayBufferWriter<byte>();
        writer.Write(output, entity);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class WithDecimal : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public decimal Amount { get; set; }
    }

    private sealed class WithOwnKeys : ITableEntity
    {
        public string First { get; set; } = "";

        public string Second { get; set; } = "";

        string ITableEntity.PartitionKey
        {
            get => First;
            set => First = value;
        }

        string ITableEntity.RowKey
        {
            get => Second;
            set => Second = value;
        }

        DateTimeOffset? ITableEntity.Timestamp { get; set; }

        ETag ITableEntity.ETag { get; set; }
    }
}
