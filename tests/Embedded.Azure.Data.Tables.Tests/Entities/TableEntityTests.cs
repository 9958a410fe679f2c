using Azure;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Entities;

public sealed class TableEntityTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 16, 5, 4, TimeSpan.Zero);

    [Fact]
    public void Getters_RightType_GiveTheValue()
    {
        var guid = Guid.NewGuid();
        var entity = new TableEntity(new Dictionary<string, object>
        {
            ["Text"] = "a",
            ["Flag"] = true,
            ["Int32"] = 1,
            ["Int64"] = 2L,
            ["Double"] = 3.0,
            ["Guid"] = guid,
            ["Time"] = Time,
            ["Utc"] = Time.UtcDateTime,
            ["Bytes"] = new byte[] { 1 },
        });

        Assert.Equal("a", entity.GetString("Text"));
        Assert.True(entity.GetBoolean("Flag"));
        Assert.Equal(1, entity.GetInt32("Int32"));
        Assert.Equal(2L, entity.GetInt64("Int64"));
        Assert.Equal(3.0, entity.GetDouble("Double"));
        Assert.Equal(guid, entity.GetGuid("Guid"));
        Assert.Equal(Time, entity.GetDateTimeOffset("Time"));
        Assert.Equal(Time.UtcDateTime, entity.GetDateTime("Time"));
        Assert.Equal(Time, entity.GetDateTimeOffset("Utc"));
        Assert.Equal(Time.UtcDateTime, entity.GetDateTime("Utc"));
        Assert.Equal(new byte[] { 1 }, entity.GetBinary("Bytes"));
        Assert.Equal(new byte[] { 1 }, entity.GetBinaryData("Bytes")!.ToArray());
    }

    [Fact]
    public void Getters_NoColumn_GiveNull()
    {
        var entity = new TableEntity();

        Assert.Null(entity.GetString("A"));
        Assert.Null(entity.GetBoolean("A"));
        Assert.Null(entity.GetInt32("A"));
        Assert.Null(entity.GetInt64("A"));
        Assert.Null(entity.GetDouble("A"));
        Assert.Null(entity.GetGuid("A"));
        Assert.Null(entity.GetDateTime("A"));
        Assert.Null(entity.GetDateTimeOffset("A"));
        Assert.Null(entity.GetBinary("A"));
        Assert.Null(entity.GetBinaryData("A"));
        Assert.Null(entity["A"]);
        Assert.Null(entity.Timestamp);
        Assert.Equal(default, entity.ETag);
    }

    [Fact]
    public void Getters_OtherType_Throw()
    {
        var entity = new TableEntity { ["A"] = 1 };

        Assert.Equal("Cannot return System.String type for a System.Int32 typed property.", Assert.Throws<InvalidOperationException>(() => entity.GetString("A")).Message);
        Assert.Throws<InvalidOperationException>(() => entity.GetInt64("A"));
        Assert.Throws<InvalidOperationException>(() => entity.GetDateTime("A"));
        Assert.Throws<InvalidOperationException>(() => entity.GetDateTimeOffset("A"));
        Assert.Throws<InvalidOperationException>(() => entity.GetBinary("A"));
        Assert.Throws<InvalidOperationException>(() => entity.GetBinaryData("A"));
    }

    [Theory]
    [InlineData(2L, 1, 1L)]
    [InlineData(2.0, 1, 1.0)]
    [InlineData(1, 2L, 2L)]
    [InlineData(1, "a", "a")]
    public void Indexer_OtherType_KeepsLongAndDouble(object old, object value, object expected)
    {
        var entity = new TableEntity { ["A"] = old };

        entity["A"] = value;

        Assert.Equal(expected, entity["A"]);
    }

    [Fact]
    public void Dictionary_HoldsKeysVersionAndTimestampToo()
    {
        var entity = new TableEntity("p", "r") { ETag = new ETag("v"), Timestamp = Time };
        entity.Add("A", 1);

        Assert.Equal(5, entity.Count);
        Assert.Equal(["PartitionKey", "RowKey", "odata.etag", "Timestamp", "A"], entity.Keys);
        Assert.True(entity.TryGetValue("A", out var value));
        Assert.Equal(1, value);
        Assert.True(entity.Remove("A"));
        Assert.False(entity.ContainsKey("A"));
        Assert.Contains(new KeyValuePair<string, object>("RowKey", "r"), (IDictionary<string, object>)entity);
        Assert.Equal(4, ((IDictionary<string, object>)entity).Values.Count);
        entity.Clear();
        Assert.Empty((IEnumerable<KeyValuePair<string, object>>)entity);
    }

    [Fact]
    public void Constructor_Values_AreCopied()
    {
        var values = new Dictionary<string, object> { ["A"] = 1 };
        var entity = new TableEntity(values);

        values["A"] = 2;

        Assert.Equal(1, entity["A"]);
    }
}
