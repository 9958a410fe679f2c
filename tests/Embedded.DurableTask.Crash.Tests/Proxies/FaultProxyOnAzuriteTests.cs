using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Crash.Tests.Proxies;

/// <summary>The fault proxy before real services: signatures hold, and clients understand the faults.</summary>
public sealed class FaultProxyOnAzuriteTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private FaultProxy _proxy = null!;
    private TableClient _table = null!;
    private QueueClient _queue = null!;

    public async Task InitializeAsync()
    {
        _proxy = await FaultProxy.StartAsync(azurite);
        var tables = new TableClientOptions();
        tables.Retry.MaxRetries = 0;
        _table = new TableClient(_proxy.ConnectionString, azurite.UniqueName(), tables);
        await _table.CreateIfNotExistsAsync();
        var queues = new QueueClientOptions();
        queues.Retry.MaxRetries = 0;
        _queue = new QueueClient(_proxy.ConnectionString, azurite.UniqueName(), queues);
        await _queue.CreateIfNotExistsAsync();
        _proxy.Reset();
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task Tables_AwkwardKeysAndTransactions_PassThrough()
    {
        await _table.AddEntityAsync(Row("a b", "é+'% &"));
        await _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("p", "1")), new(TableTransactionActionType.Add, Row("p", "2"))]);

        Assert.Equal("é+'% &", (await _table.GetEntityAsync<TableEntity>("a b", "é+'% &")).Value.RowKey);
        Assert.Equal(2, await _table.QueryAsync<TableEntity>(row => row.PartitionKey == "p").CountAsync());
        Assert.Equal([_table.Name, _table.Name, _table.Name, _table.Name], _proxy.Calls.Select(call => call.Table));
        Assert.Equal([204, 202, 200, 200], _proxy.Calls.Select(call => call.Status));
    }

    [Fact]
    public async Task Transaction_Refused_IsUnderstoodLikeStoragesOwn()
    {
        await _table.AddEntityAsync(Row("p", "1"));
        var own = await Assert.ThrowsAsync<TableTransactionFailedException>(AddAsync);
        _proxy.Add(new FaultRule(new StorageFault.Answer(409)));

        var injected = await Assert.ThrowsAsync<TableTransactionFailedException>(AddAsync);

        Assert.Equal((own.Status, own.ErrorCode, own.FailedTransactionActionIndex), (injected.Status, injected.ErrorCode, injected.FailedTransactionActionIndex));
        Assert.Equal([204, 409, null], _proxy.Calls.Select(call => call.Status));

        Task AddAsync() => _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("p", "1"))]);
    }

    [Theory]
    [InlineData(412, "UpdateConditionNotSatisfied")]
    [InlineData(503, "ServerBusy")]
    public async Task Update_Refused_IsUnderstood(int status, string code)
    {
        await _table.AddEntityAsync(Row("p", "1"));
        _proxy.Add(new FaultRule(new StorageFault.Answer(status)));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpdateEntityAsync(Row("p", "1"), ETag.All));

        Assert.Equal((status, code), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task QueueMessage_DeliveredTwice_IsThereTwice()
    {
        _proxy.Add(FaultRule.Nth(1, new StorageFault.DeliverTwice()));

        await _queue.SendMessageAsync("hello");

        Assert.Equal(["hello", "hello"], (await _queue.ReceiveMessagesAsync(10)).Value.Select(message => message.MessageText));
    }

    [Fact]
    public async Task QueueMessage_AppliedButFailed_IsThere()
    {
        _proxy.Add(FaultRule.Nth(1, new StorageFault.ApplyThenAnswer(500)));

        var failed = await Assert.ThrowsAsync<RequestFailedException>(() => _queue.SendMessageAsync("hello"));

        Assert.Equal((500, "InternalError"), (failed.Status, failed.ErrorCode));
        Assert.Equal("hello", Assert.Single((await _queue.ReceiveMessagesAsync(10)).Value).MessageText);
    }

    private static TableEntity Row(string partition, string row) => new(partition, row) { ["Value"] = 1 };
}
