using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Columns;

namespace Embedded.Azure.Data.Tables.Tests.Columns;

public sealed class EntityReaderTests
{
    private const string Row =
        """
        {"odata.metadata":"http://x/$metadata#T/@Element","odata.etag":"W/\"datetime'2026'\"","odata.id":"i","PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-22T15:05:04.1234567Z",
        "Text":"\u00e9\ud83d\ude00","Flag":true,"Int32":-7,"Int64@odata.type":"Edm.Int64","Int64":"-9223372036854775808","Double":5.0,"Exponent":1e3,
        "NaN@odata.type":"Edm.Double","NaN":"NaN","Guid@odata.type":"Edm.Guid","Guid":"0f8fad5b-d9cb-469f-a165-70867728950e",
        "Time@odata.type":"Edm.DateTime","Time":"2026-11-22T15:05:04Z","Bytes@odata.type":"Edm.Binary","Bytes":"AQI=","Nothing":null}
        """;

    [Fact]
    public void Read_Dictionary_HasTheAnnotatedTypes()
    {
        var entity = EntityReader.Read<TableEntity>(Encoding.UTF8.GetBytes(Row));

        Assert.Equal(new ETag("W/\"datetime'2026'\""), entity.ETag);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 15, 5, 4, TimeSpan.Zero).AddTicks(1234567), entity.Timestamp);
        Assert.Equal(("p", "r"), (entity.PartitionKey, entity.RowKey));
        Assert.Equal("é😀", entity["Text"]);
        Assert.Equal(true, entity["Flag"]);
        Assert.Equal(-7, entity["Int32"]);
        Assert.Equal(long.MinValue, entity["Int64"]);
        Assert.Equal(5.0, entity["Double"]);
        Assert.Equal(1000.0, entity["Exponent"]);
        Assert.Equal(double.NaN, entity["NaN"]);
        Assert.Equal(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), entity["Guid"]);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 15, 5, 4, TimeSpan.Zero), entity["Time"]);
        Assert.Equal(new byte[] { 1, 2 }, entity["Bytes"]);
        Assert.Null(entity["Nothing"]);
        Assert.DoesNotContain(entity.Keys, key => key.Contains("@odata", StringComparison.Ordinal) || key == "odata.metadata" || key == "odata.id");
    }

    [Fact]
    public void Read_AnnotationAfterItsValueOrFarFromIt_IsFollowed()
    {
        var entity = EntityReader.Read<TableEntity>(
            """{"A":"5","A@odata.type":"Edm.Int64","B@odata.type":"Edm.Guid","C@odata.type":"Edm.Int64","B":"0f8fad5b-d9cb-469f-a165-70867728950e","C":"6","D":7,"D@odata.type":"Edm.Double"}"""u8);

        Assert.Equal(5L, entity["A"]);
        Assert.Equal(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), entity["B"]);
        Assert.Equal(6L, entity["C"]);
        Assert.Equal(7.0, entity["D"]);
    }

    [Fact]
    public void Read_Typed_SetsWhatThereIsAndPassesOverTheRest()
    {
        var entity = EntityReader.Read<Everything>(
            """
            {"odata.etag":"v","RowKey":"r","PartitionKey":"p","Unknown":{"a":[1]},"Large@odata.type":"Edm.Int64","Large":"6","Real":3,"Enum":"Large","MaybeEnum":"Small","MaybeInt32":null,"renamed":"x","Computed":"y","Ignored":"z","Utc":"2026-11-22T15:05:04Z"}
            """u8);

        Assert.Equal(("p", "r", new ETag("v")), (entity.PartitionKey, entity.RowKey, entity.ETag));
        Assert.Equal((6L, 3.0, Everything.Size.Large, Everything.Size.Small), (entity.Large, entity.Real, entity.Enum, entity.MaybeEnum!.Value));
        Assert.Null(entity.MaybeInt32);
        Assert.Equal("x", entity.Renamed);
        Assert.Equal(new Version(1, 0), entity.Ignored);
        Assert.Equal(new DateTime(2026, 11, 22, 15, 5, 4, DateTimeKind.Utc), entity.Utc);
        Assert.Equal(DateTimeKind.Utc, entity.Utc.Kind);
    }

    [Theory]
    [InlineData("""{"Number":"text"}""", "The column 'Number' holds a JSON String, which Embedded.Azure.Data.Tables.Tests.Columns.Everything.Number of type System.Int32 cannot take.")]
    [InlineData("""{"Text":5}""", "The column 'Text' holds a JSON Number, which Embedded.Azure.Data.Tables.Tests.Columns.Everything.Text of type System.String cannot take.")]
    [InlineData("""{"Enum":"Huge"}""", "The column 'Enum' holds a JSON String, which Embedded.Azure.Data.Tables.Tests.Columns.Everything.Enum of type Embedded.Azure.Data.Tables.Tests.Columns.Everything+Size cannot take.")]
    public void Read_ColumnOfAnotherType_NamesColumnAndProperty(string row, string message)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => EntityReader.Read<Everything>(Encoding.UTF8.GetBytes(row)));

        Assert.Equal(message, failure.Message);
    }

    [Theory]
    [InlineData("\"AQI=\"", "Binary", "AQI=")]
    [InlineData("\"2026-11-22T15:05:04Z\"", "DateTime", "2026-11-22T15:05:04.0000000+00:00")]
    [InlineData("\"0f8fad5b-d9cb-469f-a165-70867728950e\"", "Guid", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("5", "Int64", "5L")]
    [InlineData("\"-INF\"", "Double", "-Infinity")]
    [InlineData("\"Infinity\"", "Double", "Infinity")]
    [InlineData("\"1.5\"", "Double", "1.5")]
    [InlineData("5000000000", "Double", "5000000000")]
    [InlineData("1.5", "Double", "1.5")]
    [InlineData("\"a\"", "String", "a")]
    [InlineData("5", "Int32", "5")]
    [InlineData("true", "Boolean", "True")]
    [InlineData("null", "Int64", "null")]
    public void Read_AnnotationBeforeOrAfter_GivesTheSame(string json, string type, string expected)
    {
        var before = EntityReader.Read<TableEntity>(Encoding.UTF8.GetBytes($$"""{"A@odata.type":"Edm.{{type}}","A":{{json}}}"""));
        var after = EntityReader.Read<TableEntity>(Encoding.UTF8.GetBytes($$"""{"A":{{json}},"A@odata.type":"Edm.{{type}}"}"""));

        Assert.Equal(expected, Text(before["A"]));
        Assert.Equal(expected, Text(after["A"]));
        Assert.Equal(before["A"]?.GetType(), after["A"]?.GetType());
    }

    [Fact]
    public void Read_ValueOfAnotherTypeThanItsAnnotation_IsRefused() =>
        Assert.Throws<System.Text.Json.JsonException>(() => EntityReader.Read<TableEntity>("""{"A":true,"A@odata.type":"Edm.Guid"}"""u8));

    [Fact]
    public void Read_LargeNumbersWithoutAnnotation_AreKept()
    {
        var entity = EntityReader.Read<TableEntity>("""{"A":5000000000,"B":100000000000000000000}"""u8);

        Assert.Equal(5_000_000_000, entity["A"]);
        Assert.Equal(1e20, entity["B"]);
    }

    [Fact]
    public void Read_LongColumnName_IsReadWhole()
    {
        var name = new string('é', 250);

        Assert.Equal(1, EntityReader.Read<TableEntity>(Encoding.UTF8.GetBytes($$"""{"{{name}}":1}"""))[name]);
    }

    [Fact]
    public void Read_AnnotationOfUnknownType_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => EntityReader.Read<TableEntity>("""{"A@odata.type":"Edm.Decimal","A":"1"}"""u8));

    private static string Text(object? value) => value switch
    {
        null => "null",
        long number => number + "L",
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTimeOffset time => time.ToString("O"),
        _ => value.ToString()!,
    };
}
