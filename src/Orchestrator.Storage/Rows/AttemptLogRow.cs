using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>Lines of an attempt's log as a row; many in one, so that a talkative attempt costs few writes.</summary>
internal static class AttemptLogRow
{
    private const string Lines = "Lines";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="Errors.PayloadTooLargeException">The lines do not fit.</exception>
    public static TableEntity Create(TaskId task, AttemptLog log)
    {
        var row = new TableEntity(TaskKeys.Partition(task.Shard), TaskKeys.Log(task, log.Part)) { [TaskColumns.Schema] = TaskRow.SchemaVersion };
        foreach (var (index, part) in TextColumns.Split(JsonSerializer.Serialize(log.Lines, Json)).Index())
            row[Lines + index] = part;
        return row;
    }

    public static AttemptLogLine[] Read(TableEntity row)
    {
        var text = string.Concat(Enumerable.Range(0, int.MaxValue).Select(index => row.GetString(Lines + index)).TakeWhile(part => part is not null));
        return JsonSerializer.Deserialize<AttemptLogLine[]>(text, Json)!;
    }
}
