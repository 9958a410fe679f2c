using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>An event as a row; written once.</summary>
internal static class EventRow
{
    private const string Number = "Number";
    private const string Type = "Type";
    private const string At = "At";
    private const string Attempt = "Attempt";
    private const string Detail = "Detail";

    public static TableEntity Create(TaskId id, TaskEvent taskEvent)
    {
        var row = new TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.Event(id, taskEvent.Number))
        {
            [TaskColumns.Schema] = TaskRow.SchemaVersion,
            [Number] = taskEvent.Number,
            [Type] = taskEvent.Type.ToString(),
            [At] = taskEvent.At,
        };
        if (taskEvent.Attempt is { } attempt)
            row[Attempt] = attempt;
        if (taskEvent.Detail is { } detail)
            row[Detail] = detail.GetRawText();
        return row;
    }

    public static TaskEvent Read(TableEntity row) => new(
        row.RequireNumber(Number),
        Enum.Parse<TaskEventType>(row.RequireText(Type)),
        row.RequireTime(At),
        row.GetInt32(Attempt),
        row.GetString(Detail) is { } detail ? JsonSerializer.Deserialize<JsonElement>(detail) : null);
}
