using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.TestKit.Tables.Filters;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Answers requests on tables as a whole.</summary>
internal sealed partial class TableHandler(TableStore store, TableCounter counter, string endpoint)
{
    private const string NameColumn = "TableName";

    /// <exception cref="TableRefusal">What is asked for cannot be done.</exception>
    public TableAnswer Handle(TableCall call)
    {
        counter.Count(call);
        switch (call.Method)
        {
            case "POST" when call.Address.Argument is null:
                return Create(call);
            case "GET" when string.IsNullOrEmpty(call.Address.Argument):
                return List(call.Address);
            case "DELETE":
                store.Delete(call.Address.NamedTable);
                return TableAnswer.Empty(204);
            default:
                throw TableRefusal.MethodNotAllowed();
        }
    }

    private TableAnswer Create(TableCall call)
    {
        var name = NameIn(call.Body);
        if (name.Length is < 3 or > 63)
            throw TableRefusal.OutOfRange("The specified resource name length is not within the permissible limits.");
        if (!Name().IsMatch(name))
            throw TableRefusal.BadRequest("InvalidResourceName", "The specifed resource name contains invalid characters.");

        store.Create(name);
        return call.PrefersNoContent
            ? TableAnswer.Empty(204, ("Preference-Applied", "return-no-content"))
            : TableAnswer.Json(201, JsonSerializer.SerializeToUtf8Bytes(Row(name)));
    }

    private TableAnswer List(TableAddress address)
    {
        var filter = FilterParser.Parse(address.Query.GetValueOrDefault("$filter"));
        var from = Continuation.Decode(address.Query.GetValueOrDefault("NextTableName"));
        var names = store.Names().FindAll(name =>
            string.Compare(name, from, StringComparison.OrdinalIgnoreCase) >= 0 && filter?.Matches(column => column == NameColumn ? name : null) != false);
        var size = EntityHandler.PageSize(address);
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["odata.metadata"] = $"{endpoint}/$metadata#Tables",
            ["value"] = names.Take(size).Select(Row),
        };
        (string, string)[] next = names.Count > size ? [("x-ms-continuation-NextTableName", Continuation.Encode(names[size]))] : [];
        return TableAnswer.Json(200, JsonSerializer.SerializeToUtf8Bytes(body), next);
    }

    private static Dictionary<string, string> Row(string name) => new(StringComparer.Ordinal) { [NameColumn] = name };

    private static string NameIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(body.Span)?.GetValueOrDefault(NameColumn)
                ?? throw TableRefusal.BadRequest("PropertiesNeedValue", "The values are not specified for all properties in the entity.");
        }
        catch (JsonException)
        {
            throw TableRefusal.InvalidInput();
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
