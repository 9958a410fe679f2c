using System.Text;
using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Service;

namespace Embedded.Azure.Data.Tables.Tests.Columns;

/// <summary>Every type that tables hold comes back from a real service as it went in.</summary>
public abstract class RoundTripTests(TableServiceFixture host)
{
    private static readonly string AllText = string.Concat(
        Enumerable.Range(1, 0x2FFF).Where(c => !char.IsSurrogate((char)c)).Select(c => (char)c)) + "😀\U0010FFFD\uFEFF\uFFFD\u2028\u2029";

    public static TheoryData<object> Values => new()
    {
        "",
        AllText,
        "{\"a\":[1]} }{ --changeset_x\r\nHTTP/1.1 404 Not Found\r\n",
        new string('漢', 32_768),
        string.Concat(Enumerable.Repeat("é😀a", 5_000)),
        true,
        false,
        int.MinValue,
        int.MaxValue,
        long.MinValue,
        long.MaxValue,
        0L,
        0.0,
        5.0,
        -1.5,
        0.1 + 0.2,
        double.Epsilon,
        1.7976931348623E+308,
        1e21,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        Guid.Empty,
        new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 22, 15, 5, 4, TimeSpan.Zero).AddTicks(1234567),
        DateTimeOffset.MaxValue,
        Array.Empty<byte>(),
        Enumerable.Range(0, 65_536).Select(i => (byte)i).ToArray(),
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Dictionary_AnyValue_ComesBackAsItWas(object value)
    {
        var table = await host.CreateTableAsync();

        await table.AddEntityAsync(new TableEntity("p", "add") { ["A"] = value, ["Z"] = 1 });
        await table.UpsertEntityAsync(new TableEntity("p", "upsert") { ["A"] = value, ["Z"] = 1 });
        await table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "batch") { ["A"] = value, ["Z"] = 1 })]);

        foreach (var row in new[] { "add", "upsert", "batch" })
        {
            var read = (await table.GetEntityAsync<TableEntity>("p", row)).Value;
            Assert.Equal(value, read["A"]);
            Assert.Equal(value.GetType(), read["A"].GetType());
            Assert.Equal(1, read["Z"]);
        }

        Assert.Equal(3, table.Query<TableEntity>().Count(row => row["A"].Equals(value) || row["A"] is byte[] bytes && bytes.AsSpan().SequenceEqual((byte[])value)));
    }

    [Fact]
    public async Task Typed_EveryProperty_ComesBackAsItWas()
    {
        var table = await host.CreateTableAsync();
        var time = new DateTimeOffset(2026, 11, 22, 15, 5, 4, TimeSpan.Zero).AddTicks(1234567);
        var written = new Everything
        {
            PartitionKey = "p",
            RowKey = "full",
            Text = AllText,
            Flag = true,
            Number = int.MinValue,
            Large = long.MaxValue,
            Natural = long.MaxValue,
            Real = double.NaN,
            Id = Guid.NewGuid(),
            Time = time,
            Utc = time.UtcDateTime,
            Bytes = [0, 255],
            Data = new BinaryData(Encoding.UTF8.GetBytes("é")),
            Enum = Everything.Size.Large,
            MaybeFlag = false,
            MaybeInt32 = 0,
            MaybeInt64 = 1,
            MaybeDouble = 2,
            MaybeGuid = Guid.Empty,
            MaybeTime = time,
            MaybeUtc = time.UtcDateTime,
            MaybeEnum = Everything.Size.Small,
            Renamed = "x",
            Ignored = new Version(9, 9),
        };

        await table.AddEntityAsync(written);
        await table.AddEntityAsync(new Everything { PartitionKey = "p", RowKey = "nulls" });

        var read = (await table.GetEntityAsync<Everything>("p", "full")).Value;
        var nulls = table.Query<Everything>(row => row.RowKey == "nulls").Single();
        Assert.NotNull(read.Timestamp);
        Assert.NotEqual(default, read.ETag);
        Assert.Equal(
            (written.Text, written.Flag, written.Number, written.Large, written.Natural, written.Real, written.Id, written.Time),
            (read.Text, read.Flag, read.Number, read.Large, read.Natural, read.Real, read.Id, read.Time));
        Assert.Equal(
            (written.Utc, written.Enum, written.MaybeFlag, written.MaybeInt32, written.MaybeInt64, written.MaybeDouble, written.MaybeGuid),
            (read.Utc, read.Enum, read.MaybeFlag, read.MaybeInt32, read.MaybeInt64, read.MaybeDouble, read.MaybeGuid));
        Assert.Equal((written.MaybeTime, written.MaybeUtc, written.MaybeEnum, written.Renamed), (read.MaybeTime, read.MaybeUtc, read.MaybeEnum, read.Renamed));
        Assert.Equal(written.Bytes, read.Bytes);
        Assert.Equal(written.Data.ToArray(), read.Data!.ToArray());
        Assert.Equal(new Version(1, 0), read.Ignored);
        Assert.Equal((null, null, null, null, null), (nulls.Text, nulls.Bytes, nulls.MaybeInt32, nulls.MaybeTime, nulls.MaybeEnum));
    }
}
