using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Retention;

/// <summary>Looks for texts in every row of every table, those of the task hub too, and in every message of an app's storage. Only the audit is left out: it is to name what was deleted, and by whom.</summary>
internal static class StorageScan
{
    /// <summary>The commit log holds what has happened lately, until the next checkpoint.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);

    /// <summary>Fails unless none of the ids is found anywhere.</summary>
    public static Task NothingAsync(FunctionAppSetup setup, params IReadOnlyList<string> ids) => Eventually.ValueAsync(
        async () => string.Join(Environment.NewLine, await FindAsync(setup, ids)),
        found => found.Length == 0,
        $"nothing is left of {string.Join(", ", ids)}",
        _limit,
        TimeSpan.FromSeconds(1));

    /// <summary>The names of an app's tables.</summary>
    public static async Task<IReadOnlyList<string>> TablesAsync(FunctionAppSetup setup)
    {
        var names = new List<string>();
        await foreach (var table in new TableServiceClient(setup.ConnectionString).QueryAsync($"TableName ge '{setup.Name}' and TableName lt '{setup.Name}~'"))
            names.Add(table.Name);
        return names;
    }

    /// <summary>Where the ids are found.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(FunctionAppSetup setup, IReadOnlyList<string> ids)
    {
        string[] texts = [.. ids, .. ids.Select(Inverted)];
        var found = new List<string>();
        foreach (var table in (await TablesAsync(setup)).Where(name => name != $"{setup.Name}Audit"))
        {
            try
            {
                found.AddRange(await FindAsync(new TableClient(setup.ConnectionString, table), texts));
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
            {
                // It was dropped in the meantime.
            }
        }

        foreach (var name in new[] { "tasks", "tasks-poison" })
        {
            var queue = new QueueClient(setup.ConnectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
            foreach (var message in (await queue.PeekMessagesAsync(32)).Value)
            {
                if (texts.Any(text => message.Body.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)))
                    found.Add($"queue {name}: {message.Body}");
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(TableClient table, string[] texts)
    {
        var found = new List<string>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter: (string?)null))
        {
            var content = string.Join('\n', row.Select(column => $"{column.Key}={(column.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : column.Value)}"));
            if (texts.FirstOrDefault(text => content.Contains(text, StringComparison.OrdinalIgnoreCase)) is { } text)
                found.Add($"{table.Name}/{row.PartitionKey}/{row.RowKey}: {text}");
        }

        return found;
    }

    /// <summary>An id as it stands in keys that sort the newest first.</summary>
    private static string Inverted(string id)
    {
        const string digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        return string.Concat(id.Select(digit => digits[31 - digits.IndexOf(digit, StringComparison.Ordinal)]));
    }
}
