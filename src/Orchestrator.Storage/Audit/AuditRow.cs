using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;

namespace Orchestrator.Storage.Audit;

/// <summary>An entry of the audit as a row. Whatever its parts, a row is of bounded size.</summary>
internal static class AuditRow
{
    private const int TextCharacters = 400;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TableEntity Write(AuditEntry entry)
    {
        var row = Empty(entry.Id);
        row["Schema"] = 1;
        row["At"] = entry.At;
        row["Actor"] = Texts.Cut(entry.Actor.Id, TextCharacters);
        row["ActorName"] = Texts.Cut(entry.Actor.Name, TextCharacters);
        row["Role"] = entry.Actor.Role.ToString();
        row["Method"] = entry.Method;
        row["Route"] = entry.Route;
        row["Target"] = Texts.Cut(entry.Target, TextCharacters);
        row["Outcome"] = entry.End.Outcome.ToString();
        if (entry.TraceId is { } traceId)
            row["TraceId"] = traceId;
        return row;
    }

    public static TableEntity WriteEnd(AuditEntryId id, AuditEnd end)
    {
        var row = Empty(id);
        row["Outcome"] = end.Outcome.ToString();
        if (end.At is { } at)
            row["EndedAt"] = at;
        if (end.Status is { } status)
            row["Status"] = status;
        if (end.Code is { } code)
            row["Code"] = Texts.Cut(code, TextCharacters);
        if (end.Target is { } target)
            row["Target"] = Texts.Cut(target, TextCharacters);
        if (end.Changes.Count > 0)
            row["Changes"] = WriteChanges(end.Changes);
        return row;
    }

    public static AuditEntry Read(TableEntity row) => new()
    {
        Id = AuditKeys.Parse(row.RowKey),
        At = row.RequireTime("At"),
        Actor = new AuditActor(row.RequireText("Actor"), row.RequireText("ActorName"), Enum.Parse<Role>(row.RequireText("Role"))),
        Method = row.RequireText("Method"),
        Route = row.RequireText("Route"),
        Target = row.RequireText("Target"),
        TraceId = row.GetString("TraceId"),
        End = new AuditEnd(Enum.Parse<AuditOutcome>(row.RequireText("Outcome")), row.GetDateTimeOffset("EndedAt"), row.GetInt32("Status"), row.GetString("Code"), ReadChanges(row)),
    };

    private static string WriteChanges(IReadOnlyList<AuditChange> changes)
    {
        // As many as surely fit in a column, whatever their texts escape to.
        var size = 2;
        var cut = changes.Select(change => new AuditChange(Cut(change.Field)!, Cut(change.Before), Cut(change.After)));
        return JsonSerializer.Serialize(cut.TakeWhile(change => (size += 64 + (6 * (change.Field.Length + (change.Before?.Length ?? 0) + (change.After?.Length ?? 0)))) <= RowLimits.StringCharacters), Json);
    }

    private static AuditChange[] ReadChanges(TableEntity row) => row.GetString("Changes") is { } changes ? JsonSerializer.Deserialize<AuditChange[]>(changes, Json)! : [];

    private static string? Cut(string? text) => text is null ? null : Texts.Cut(text, TextCharacters);

    private static TableEntity Empty(AuditEntryId id) => new(AuditKeys.Partition(id), AuditKeys.Row(id));
}
