using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Azurite;

namespace Embedded.Azure.Data.Tables.Tests.Entities;

[Collection(AzuriteCollection.Name)]
public sealed class TransactionTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task SubmitTransaction_EveryKindOfAction_DoesAll()
    {
        var table = await azurite.CreateTableAsync();
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
                ["add"] = (null, 2), ["merge"] = (1, 2), ["replace"] = (null, 2), ["upsertMerge"] = (1, 2), ["upsertNew"] = (null, 2), ["upsertReplace"] = (null, 2),
            },
            rows);
    }

    [Fact]
    public async Task SubmitTransaction_OneActionFails_NamesItAndDoesNothing()
    {
        var table = await azurite.CreateTableAsync();
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
}
