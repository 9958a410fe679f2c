using System.Globalization;
using Orchestrator.TestKit.Tables.Filters;
using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Answers requests on rows.</summary>
internal sealed class EntityHandler(TableStore store, TableCounter counter, TimeProvider time, string endpoint, string account)
{
    private const int LargestPage = 1000;
    private const int LargestBody = 4 * 1024 * 1024;

    /// <summary>Rows that a query looks at before it ends its page.</summary>
    public int ScanLimit { get; set; } = int.MaxValue;

    /// <exception cref="TableRefusal">What is asked for cannot be done.</exception>
    public TableAnswer Handle(TableCall call)
    {
        counter.Count(call);
        if (call.Body.Length > LargestBody)
            throw TableRefusal.BodyTooLarge();
        if (call.Address.Resource == TableAddress.Batch)
            return Transaction(call);
        if (call.Method == "GET")
            return call.Address.Keys is { } keys ? Read(call.Address, keys) : Query(call.Address);

        try
        {
            var row = Write(call.Address.Resource, [RowActions.Of(call)])[0];
            return Written(call, row);
        }
        catch (RefusedAction refused)
        {
            throw refused.Refusal;
        }
    }

    private TableAnswer Transaction(TableCall transaction)
    {
        try
        {
            var calls = TransactionParts.Read(transaction.Body, account);
            if (calls.Count == 0)
                throw TableRefusal.InvalidInput();
            var rows = Write(calls[0].Address.Resource, TransactionRules.Checked(calls));
            return TransactionAnswer.Of(calls.Zip(rows, Written));
        }
        catch (RefusedAction refused)
        {
            return TransactionAnswer.Of([TableAnswer.Of(refused.Refusal, time.GetUtcNow(), refused.Index)]);
        }
    }

    private List<StoredRow?> Write(string table, List<RowAction> actions)
    {
        var rows = store.Apply(table, actions);
        counter.CountWritten(actions.Count);
        return rows;
    }

    private TableAnswer Written(TableCall call, StoredRow? row)
    {
        if (row is null)
            return TableAnswer.Empty(204);
        if (call.Method != "POST")
            return TableAnswer.Empty(204, ("ETag", row.ETag));
        return call.PrefersNoContent
            ? TableAnswer.Empty(204, ("ETag", row.ETag), ("Preference-Applied", "return-no-content"))
            : TableAnswer.Json(201, new RowAnswer(endpoint, call.Address.Resource).Single(row, selected: null), ("ETag", row.ETag));
    }

    private TableAnswer Read(TableAddress address, RowKeys keys)
    {
        var row = store.Find(address.Resource, keys);
        counter.CountRead(scanned: row is null ? 0 : 1, returned: row is null ? 0 : 1);
        return row is null
            ? throw TableRefusal.ResourceNotFound()
            : TableAnswer.Json(200, new RowAnswer(endpoint, address.Resource).Single(row, Selected(address)), ("ETag", row.ETag));
    }

    private TableAnswer Query(TableAddress address)
    {
        var text = address.Query.GetValueOrDefault("$filter", "");
        var from = new RowKeys(Continuation.Decode(address.Query.GetValueOrDefault("NextPartitionKey")), Continuation.Decode(address.Query.GetValueOrDefault("NextRowKey")));
        var page = store.Query(address.Resource, FilterParser.Parse(text), from, PageSize(address), ScanLimit);
        counter.CountQuery(new TableQuery(address.Resource, text, page.Scanned, page.Rows.Count));
        (string, string)[] next = page.Next is { } keys
            ? [("x-ms-continuation-NextPartitionKey", Continuation.Encode(keys.Partition)), ("x-ms-continuation-NextRowKey", Continuation.Encode(keys.Row))]
            : [];
        return TableAnswer.Json(200, new RowAnswer(endpoint, address.Resource).Page(page.Rows, Selected(address)), next);
    }

    /// <exception cref="TableRefusal">The service gives 1 to 1,000 rows a page.</exception>
    internal static int PageSize(TableAddress address)
    {
        if (!address.Query.TryGetValue("$top", out var top))
            return LargestPage;
        return int.TryParse(top, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestPage ? size : throw TableRefusal.InvalidInput();
    }

    private static HashSet<string>? Selected(TableAddress address) =>
        address.Query.TryGetValue("$select", out var columns) && columns is not ("" or "*")
            ? columns.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal)
            : null;
}
