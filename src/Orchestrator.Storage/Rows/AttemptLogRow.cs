using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>Lines of an attempt's log as a row; many in one, so that a talkative attempt costs few writes.</summary>
internal static class AttemptLogRow
{
    private const string Lines = "Lines";

    /// <summary>Room for <see cref="TaskLimits.LogCharacters"/>, quoted and escaped, below the bound on a row.</summary>
    private const int Columns = 15;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="Errors.PayloadTooLargeException">The lines do not fit.</exception>
    public static TableEntity Create(TaskId task, AttemptLog log)
    {
        var row = new TableEntity(TaskKeys.Partition(task.Shard), TaskKeys.Log(task, log.Part)) { [TaskColumns.Schema] = TaskRow.SchemaVersion };
        foreach (var (index, part) in JsonSerializer.Serialize(log.Lines, Json).Chunk(RowLimits.StringCharacters).Index())
            row[Lines + index] = new string(part);
        return row;
    }

    public static AttemptLogLine[] Read(TableEntity row)
    {
        var text = string.Concat(Enumerable.Range(0, Columns).Select(index => row.GetString(Lines + index)));
        return JsonSerializer.Deserialize<AttemptLogLine[]>(text, Json)!;
    }
}
