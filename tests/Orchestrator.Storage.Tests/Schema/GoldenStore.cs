using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Schema;

/// <summary>
/// A whole store as a file: tables, rows, columns as "type value". One is checked in for each schema version, in Rows/Golden, as the last release of that version left it, and is
/// never edited; before <c>StoreSchema.Current</c> is raised, <see cref="WriteAsync"/> makes the next.
/// </summary>
internal static class GoldenStore
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts the store of a schema version into a server.</summary>
    public static Task LoadAsync(TableServer server, int version) => LoadAsync(server, Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", $"store-v{version}.json"));

    public static async Task LoadAsync(TableServer server, string path)
    {
        var tables = JsonSerializer.Deserialize<Dictionary<string, List<Dictionary<string, string>>>>(await File.ReadAllTextAsync(path))!;
        foreach (var (table, rows) in tables)
            server.Load(table, rows.Select(row => row.Select(column => KeyValuePair.Create(column.Key, Value(column.Value)))));
    }

    /// <summary>Writes all that a server has into a file.</summary>
    public static async Task WriteAsync(TableServer server, string path)
    {
        var tables = new SortedDictionary<string, List<SortedDictionary<string, string>>>(StringComparer.Ordinal);
        await foreach (var table in new TableServiceClient(server.ConnectionString).QueryAsync(filter: (string?)null))
        {
            var rows = tables[table.Name] = [];
            await foreach (var row in new TableClient(server.ConnectionString, table.Name).QueryAsync<TableEntity>(filter: (string?)null))
            {
                rows.Add(new SortedDictionary<string, string>(
                    row.Where(column => column.Key is not ("Timestamp" or "odata.etag")).ToDictionary(column => column.Key, column => Text(column.Value)), StringComparer.Ordinal));
            }
        }

        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(tables, Readable) + "\n");
    }

    private static string Text(object value) => value switch
    {
        DateTimeOffset time => $"DateTimeOffset {time:O}",
        byte[] bytes => $"Byte[] {Convert.ToBase64String(bytes)}",
        IFormattable number => $"{value.GetType().Name} {number.ToString(null, CultureInfo.InvariantCulture)}",
        _ => $"{value.GetType().Name} {value}",
    };

    private static object Value(string column)
    {
        var (type, text) = (column[..column.IndexOf(' ', StringComparison.Ordinal)], column[(column.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return type switch
        {
            "Int32" => int.Parse(text, CultureInfo.InvariantCulture),
            "Int64" => long.Parse(text, CultureInfo.InvariantCulture),
            "Double" => double.Parse(text, CultureInfo.InvariantCulture),
            "Boolean" => bool.Parse(text),
            "DateTimeOffset" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
            "Byte[]" => Convert.FromBase64String(text),
            _ => text,
        };
    }
}
