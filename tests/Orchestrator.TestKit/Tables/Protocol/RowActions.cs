using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>What a request says is to be done to one row.</summary>
internal static class RowActions
{
    /// <exception cref="TableRefusal">The request is none that the service takes.</exception>
    public static RowAction Of(TableCall call)
    {
        var keys = call.Address.Keys;
        switch (call.Method)
        {
            case "POST" when keys is null:
                var row = RowJson.Read(call.Body);
                return new RowAction(RowActionKind.Insert, RowLimits.Checked(row.PartitionKey, row.RowKey), row.Columns, IfMatch: null);
            case "PATCH" or "MERGE" when keys is { } merged:
                return new RowAction(RowActionKind.Merge, merged, RowJson.Read(call.Body).Columns, call.IfMatch);
            case "PUT" when keys is { } replaced:
                return new RowAction(RowActionKind.Replace, replaced, RowJson.Read(call.Body).Columns, call.IfMatch);
            case "DELETE" when keys is { } deleted:
                return new RowAction(RowActionKind.Delete, deleted, [], call.IfMatch ?? throw TableRefusal.MissingHeader());
            default:
                throw TableRefusal.MethodNotAllowed();
        }
    }
}
