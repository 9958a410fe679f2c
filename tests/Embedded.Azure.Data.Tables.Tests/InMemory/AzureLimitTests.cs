using Orchestrator.TestKit.Tables;

namespace Embedded.Azure.Data.Tables.Tests.InMemory;

/// <summary>What Azure refuses and Azurite may not. Our client refuses it before it is sent, so it is sent here without one.</summary>
public sealed class AzureLimitTests : IAsyncLifetime
{
    private const string Table = "Things";

    private TableServer _server = null!;
    private RawTableService _service = null!;

    public static TheoryData<string, Dictionary<string, object>> Refused => new()
    {
        { "PropertiesNeedValue", new() { ["PartitionKey"] = "p" } },
        { "PropertiesNeedValue", new() { ["RowKey"] = "r" } },
        { "PrimaryKeyPropertyIsInvalidType", new() { ["PartitionKey"] = 1, ["RowKey"] = "r" } },
        { "KeyValueTooLarge", Row(new string('a', 513)) },
        { "OutOfRangeInput", Row("a/b") },
        { "OutOfRangeInput", Row("a\\b") },
        { "OutOfRangeInput", Row("a#b") },
        { "OutOfRangeInput", Row("a?b") },
        { "OutOfRangeInput", Row("a\tb") },
        { "OutOfRangeInput", Row("a\u007Fb") },
        { "OutOfRangeInput", Row("a\u009Fb") },
        { "OutOfRangeInput", Row("r", ("A@odata.type", "Edm.DateTime"), ("A", "1600-12-31T23:59:59Z")) },
        { "PropertyNameInvalid", Row("r", ("a-b", 1)) },
        { "PropertyNameInvalid", Row("r", ("1a", 1)) },
        { "PropertyNameTooLong", Row("r", (new string('a', 256), 1)) },
        { "PropertyValueTooLarge", Row("r", ("A", new string('a', 32_769))) },
        { "PropertyValueTooLarge", Row("r", ("A@odata.type", "Edm.Binary"), ("A", Convert.ToBase64String(new byte[65_537]))) },
        { "TooManyProperties", Row("r", [.. Enumerable.Range(0, 253).Select(i => ($"C{i}", (object)1))]) },
        { "EntityTooLarge", Row("r", [.. Enumerable.Range(0, 17).Select(i => ($"C{i}", (object)new string('a', 32_000)))]) },
        { "InvalidInput", Row("r", ("A@odata.type", "Edm.Unknown"), ("A", 1)) },
        { "InvalidInput", Row("r", ("A", 3_000_000_000)) },
        { "InvalidInput", Row("r", ("A", new[] { 1 })) },
    };

    public static TheoryData<Dictionary<string, object>> Allowed => new()
    {
        Row(""),
        Row(new string('a', 512)),
        Row("r", ("A", new string('a', 32_768)), ("B@odata.type", "Edm.Binary"), ("B", Convert.ToBase64String(new byte[65_536]))),
        Row("r", [.. Enumerable.Range(0, 252).Select(i => ($"C{i}", (object)1))]),
        Row("r", [.. Enumerable.Range(0, 16).Select(i => ($"C{i}", (object)new string('a', 32_000)))]),
    };

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        _service = new RawTableService(_server);
        _server.Load(Table, []);
    }

    public async Task DisposeAsync()
    {
        _service.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Insert_OverALimit_Fails400AndWritesNothing(string code, Dictionary<string, object> row)
    {
        var single = await _service.InsertAsync(Table, row);
        var first = new Dictionary<string, object> { ["PartitionKey"] = row.GetValueOrDefault("PartitionKey", "p"), ["RowKey"] = "first" };
        var transaction = await _service.InsertAllAsync(Table, [first, row]);

        Assert.Equal((400, code), (single.Status, single.Code));
        Assert.Equal((202, 400, code), (transaction.Status, transaction.InnerStatus, transaction.Code));
        Assert.StartsWith(row.GetValueOrDefault("PartitionKey") is 1 ? "0:" : "1:", transaction.Message, StringComparison.Ordinal);
        Assert.Equal(0, _server.CountRows(Table));
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task Insert_AtTheLimit_IsDone(Dictionary<string, object> row)
    {
        var answer = await _service.InsertAsync(Table, row);

        Assert.Equal(201, answer.Status);
        Assert.Equal(1, _server.CountRows(Table));
    }

    [Fact]
    public async Task Merge_BeyondTheLimitTogether_Fails400()
    {
        await _service.InsertAsync(Table, Row("r", [.. Enumerable.Range(0, 252).Select(i => ($"C{i}", (object)1))]));

        var answer = await _service.SendAsync(HttpMethod.Patch, $"{Table}(PartitionKey='p',RowKey='r')", """{"D":1}""");

        Assert.Equal((400, "TooManyProperties"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Read_ForbiddenKey_Fails400()
    {
        var answer = await _service.SendAsync(HttpMethod.Get, $"{Table}(PartitionKey='p',RowKey='a%2Fb')");

        Assert.Equal((400, "OutOfRangeInput", "The 'RowKey' parameter of value 'a/b' is out of range."), (answer.Status, answer.Code, answer.Message));
    }

    [Fact]
    public async Task Transaction_OverAHundredActions_NamesTheLastThatWasRead()
    {
        var answer = await _service.InsertAllAsync(Table, Enumerable.Range(0, 101).Select(i => Row($"{i}")));

        Assert.Equal((202, 400, "InvalidInput"), (answer.Status, answer.InnerStatus, answer.Code));
        Assert.Equal("99:The batch request operation exceeds the maximum 100 changes per change set.", answer.Message);
        Assert.Equal(0, _server.CountRows(Table));
    }

    [Fact]
    public async Task Transaction_SameRowTwice_Fails400()
    {
        var answer = await _service.InsertAllAsync(Table, [Row("a"), Row("b"), Row("a")]);

        Assert.Equal("InvalidDuplicateRow", answer.Code);
        Assert.StartsWith("2:", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transaction_TwoPartitions_Fails400()
    {
        var answer = await _service.InsertAllAsync(Table, [Row("a"), new Dictionary<string, object> { ["PartitionKey"] = "q", ["RowKey"] = "a" }]);

        Assert.Equal("CommandsInBatchActOnDifferentPartitions", answer.Code);
        Assert.Equal("1:All commands in a batch must operate on same entity group.", answer.Message);
    }

    [Fact]
    public async Task Transaction_OverFourMebibytes_Fails413()
    {
        var answer = await _service.InsertAllAsync(
            Table, Enumerable.Range(0, 9).Select(i => Row($"{i}", [.. Enumerable.Range(0, 15).Select(c => ($"C{c}", (object)new string('a', 32_000)))])));

        Assert.Equal((413, "RequestBodyTooLarge"), (answer.Status, answer.Code));
        Assert.Equal(0, _server.CountRows(Table));
    }

    [Theory]
    [InlineData("$top=0", 400, "InvalidInput")]
    [InlineData("$top=1001", 400, "InvalidInput")]
    [InlineData("$filter=A%20is%201", 400, "InvalidInput")]
    [InlineData("$filter=A%20eq%20'x", 400, "InvalidInput")]
    [InlineData("$filter=(A%20eq%201", 400, "InvalidInput")]
    [InlineData("$filter=A%20eq", 400, "InvalidInput")]
    [InlineData("$filter=A%20eq%201%20B%20eq%202", 400, "InvalidInput")]
    [InlineData("NextPartitionKey=x", 400, "InvalidInput")]
    public async Task Query_NotUnderstood_IsRefused(string query, int status, string code)
    {
        var answer = await _service.SendAsync(HttpMethod.Get, $"{Table}()?{query}");

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Delete_WithoutVersion_Fails400()
    {
        var answer = await _service.SendAsync(HttpMethod.Delete, $"{Table}(PartitionKey='p',RowKey='r')");

        Assert.Equal((400, "MissingRequiredHeader"), (answer.Status, answer.Code));
    }

    private static Dictionary<string, object> Row(string rowKey, params (string Name, object Value)[] columns)
    {
        var row = new Dictionary<string, object> { ["PartitionKey"] = "p", ["RowKey"] = rowKey };
        foreach (var (name, value) in columns)
            row[name] = value;
        return row;
    }
}
