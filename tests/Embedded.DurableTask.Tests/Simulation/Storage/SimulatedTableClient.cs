using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>A process's client of a simulated table, as far as the engine's stores use one.</summary>
internal sealed class SimulatedTableClient(SimulatedTable table, ICallPath path, int pageSize) : TableClient
{
    public override string Name => table.Name;

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        WriteAsync(new TableTransactionAction(TableTransactionActionType.Add, entity), cancellationToken);

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        mode == TableUpdateMode.Replace
            ? WriteAsync(new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, ifMatch), cancellationToken)
            : throw new NotSupportedException("Rows are not merged.");

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        path.CallAsync<NullableResponse<T>>(
            $"find {Name} {partitionKey}/{rowKey}",
            isWrite: false,
            () => table.Find(new TableKey(partitionKey, rowKey), select) is T row ? Response.FromValue(row, new SimulatedResponse(200, default)) : new NothingFound<T>(),
            cancellationToken);

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        new Rows<T>(this, filter, select?.ToList(), cancellationToken);

    public override Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        // The caller's list may change while the call is on its way.
        var actions = transactionActions.ToList();
        return path.CallAsync(
            $"submit {Name} {actions[0].Entity.PartitionKey} {actions.Count} rows",
            isWrite: true,
            () => Response.FromValue<IReadOnlyList<Response>>(
                [.. table.Submit(actions, path.Caller).Select(tag => new SimulatedResponse(204, tag))], new SimulatedResponse(202, default)),
            cancellationToken);
    }

    private Task<Response> WriteAsync(TableTransactionAction action, CancellationToken cancellationToken) =>
        path.CallAsync<Response>(
            $"{action.ActionType} {Name} {action.Entity.PartitionKey}/{action.Entity.RowKey}",
            isWrite: true,
            () => new SimulatedResponse(204, table.Submit([action], path.Caller)[0]),
            cancellationToken);

    /// <summary>Read page by page: what changes between two pages is seen as it is then.</summary>
    private sealed class Rows<T>(SimulatedTableClient client, string? filter, IReadOnlyList<string>? columns, CancellationToken cancellationToken) : AsyncPageable<T>
        where T : notnull
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
            throw new NotSupportedException("Rows are asked for one by one.");

        public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationTokenOfNobody = default)
        {
            var matches = KeyFilter.Parse(filter);
            TableKey? after = null;
            List<TableEntity> page;
            do
            {
                var from = after;
                page = await client.PageAsync(matches, from, columns, cancellationToken);
                foreach (var row in page)
                {
                    after = TableKey.Of(row);
                    yield return (T)(object)row;
                }
            }
            while (page.Count > 0);
        }
    }

    private Task<List<TableEntity>> PageAsync(Func<TableKey, bool> matches, TableKey? after, IReadOnlyList<string>? columns, CancellationToken cancellationToken) =>
        path.CallAsync($"query {Name}", isWrite: false, () => table.Read(matches, after, pageSize, columns), cancellationToken);
}
