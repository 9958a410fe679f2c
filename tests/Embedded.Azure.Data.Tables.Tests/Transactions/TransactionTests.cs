using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Service;

namespace Embedded.Azure.Data.Tables.Tests.Transactions;

public abstract class TransactionTests(TableServiceFixture host)
{
    [Fact]
    public async Task SubmitTransaction_EveryKindOfAction_DoesAll()
    {
        var table = await host.CreateTableAsync();
        foreach (var row in new[] { "merge", "replace", "delete", "upsertMerge", "upsertReplace" })
            await table.AddEntityAsync(new TableEntity("p", row) { ["Old"] = 1 });
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "add") { ["New"] = 2 }),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merge") { ["New"] = 2 }),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "replace") { ["New"] = 2 }),
            new(TableTransactionActionType.Delete, new TableEntity("p", "delete")),
            new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "upsertMerge") { ["New"] = 2 }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "upsertReplace") { ["New"] = 2 }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "upsertNew") { ["New"] = 2 }),
        ];

        var answer = await table.SubmitTransactionAsync(actions);

        Assert.Equal([204, 204, 204, 204, 204, 204, 204], answer.Value.Select(part => part.Status == 201 ? 204 : part.Status));
        Assert.NotNull(answer.GetRawResponse().Headers.Date);
        var rows = table.Query<TableEntity>().ToDictionary(row => row.RowKey, row => (row.GetInt32("Old"), row.GetInt32("New")));
        Assert.Equal(
            new Dictionary<string, (int?, int?)>
            {
                ["add"] = (null, 2),
                ["merge"] = (1, 2),
                ["replace"] = (null, 2),
                ["upsertMerge"] = (1, 2),
                ["upsertNew"] = (null, 2),
                ["upsertReplace"] = (null, 2),
            },
            rows);
    }

    [Fact]
    public async Task SubmitTransaction_OneActionFails_NamesItAndDoesNothing()
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "c"));
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a")),
            new(TableTransactionActionType.Add, new TableEntity("p", "b")),
            new(TableTransactionActionType.Add, new TableEntity("p", "c")),
        ];

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(actions));

        Assert.Equal(2, failure.FailedTransactionActionIndex);
        Assert.Equal(409, failure.Status);
        Assert.Equal("EntityAlreadyExists", failure.ErrorCode);
        Assert.Equal(["c"], table.Query<TableEntity>().Select(row => row.RowKey));
    }

    [Fact]
    public async Task SubmitTransaction_Answers_CarryEachRowsVersion()
    {
        var table = await host.CreateTableAsync();

        var answer = await table.SubmitTransactionAsync([.. Enumerable.Range(0, 100).Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity("p", $"{i:D3}")))]);

        Assert.Equal(table.Query<TableEntity>().Select(row => row.ETag), answer.Value.Select(part => part.Headers.ETag!.Value));
    }

    [Theory]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    [InlineData(TableTransactionActionType.Delete)]
    public async Task SubmitTransaction_OtherVersion_Fails412AndDoesNothing(TableTransactionActionType type)
    {
        var table = await host.CreateTableAsync();
        var old = (await table.AddEntityAsync(new TableEntity("p", "r"))).Headers.ETag!.Value;
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, old);

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, new TableEntity("p", "new")), new(type, new TableEntity("p", "r") { ["A"] = 2 }, old)]));

        Assert.Equal((412, "UpdateConditionNotSatisfied", 1), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        var row = Assert.Single(table.Query<TableEntity>());
        Assert.Equal(("r", 1), (row.RowKey, row.GetInt32("A")));
    }

    [Fact]
    public async Task SubmitTransaction_AbsentRow_Fails404WithItsPosition()
    {
        var table = await host.CreateTableAsync();

        var failure = Assert.Throws<TableTransactionFailedException>(() => table.SubmitTransaction([new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "r"))]));

        Assert.Equal((404, "ResourceNotFound", 0), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
    }

    [Fact]
    public async Task SubmitTransaction_NearlyFourMebibytes_IsDone()
    {
        var table = await host.CreateTableAsync();
        var value = new byte[60_000];

        await table.SubmitTransactionAsync(Enumerable.Range(0, 50).Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i:D2}") { ["A"] = value })));

        Assert.Equal(50, await table.QueryAsync<TableEntity>(select: ["RowKey"]).CountAsync());
    }
}
