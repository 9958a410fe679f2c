using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.DeadLetters;

/// <summary>A dead letter as a row, its body in columns of up to 32 Ki characters. Schema 1 knew neither lengths and previews nor redrives.</summary>
internal static class DeadLetterRow
{
    private const int BodyColumns = 4;
    private const int ReasonCharacters = 4_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What a list shows.</summary>
    public static readonly IReadOnlyList<string> Listed =
    [
        "PartitionKey", "RowKey", "Schema", "Source", "Id", "ArrivedAt", "DeadAt", "Code", "Reason", "DeliveryCount", "BodyLength", "BodyTruncated", "BodyWithheld", "Preview",
        "Redrives", "RedrivenAt", "RedriveOutcome", "RedriveTask", "RedriveCode", "RedriveReason",
    ];

    /// <summary>What a count needs.</summary>
    public static readonly IReadOnlyList<string> Counted = ["RowKey", "RedriveOutcome"];

    /// <summary>What a deletion needs.</summary>
    public static readonly IReadOnlyList<string> Keyed = ["PartitionKey", "RowKey", "ArrivedAt"];

    public static TableEntity Write(DeadLetterId id, DeadLetter letter)
    {
        var parts = TextColumns.Split(letter.Body).Take(BodyColumns).ToList();
        var kept = parts.Sum(part => part.Length);
        var row = new TableEntity(DeadLetterKeys.Partition(id), DeadLetterKeys.Row(id))
        {
            ["Schema"] = 2,
            ["Source"] = letter.Source,
            ["Id"] = letter.Id,
            ["ArrivedAt"] = letter.ArrivedAt,
            ["DeadAt"] = letter.DeadAt,
            ["Code"] = letter.Code,
            ["Reason"] = Texts.Cut(letter.Reason, ReasonCharacters),
            ["DeliveryCount"] = letter.DeliveryCount,
            ["BodyLength"] = letter.BodyLength > 0 ? letter.BodyLength : letter.Body.Length,
            ["BodyTruncated"] = letter.BodyTruncated || kept < letter.Body.Length,
            ["Preview"] = DeadLetterPreview.Of(letter.Body),
        };
        if (letter.BodyWithheld)
            row["BodyWithheld"] = true;
        if (letter.Faults.Count > 0)
            row["Faults"] = WriteFaults(letter.Faults);
        foreach (var (index, part) in parts.Index())
            row["Body" + index] = part;
        return row;
    }

    /// <summary>The columns that say how a letter was redriven. A merge takes no column away, so what is not known is empty.</summary>
    public static TableEntity WriteRedrive(DeadLetterId id, DeadLetter letter)
    {
        var redrive = letter.Redrive!;
        return new TableEntity(DeadLetterKeys.Partition(id), DeadLetterKeys.Row(id))
        {
            ["Redrives"] = letter.Redrives,
            ["RedrivenAt"] = redrive.At,
            ["RedriveOutcome"] = redrive.Outcome.ToString(),
            ["RedriveTask"] = redrive.Task?.ToString() ?? "",
            ["RedriveCode"] = redrive.Error?.Code ?? "",
            ["RedriveReason"] = Texts.Cut(redrive.Error?.Message ?? "", ReasonCharacters),
            ["RedriveFaults"] = WriteFaults(redrive.Faults),
        };
    }

    public static StoredDeadLetter Read(TableEntity row) => new(DeadLetterKeys.Parse(row.RowKey), ReadLetter(row), row.GetString("Preview") ?? "");

    /// <summary>Reads a row of any schema.</summary>
    public static DeadLetter ReadLetter(TableEntity row)
    {
        var body = string.Concat(Enumerable.Range(0, BodyColumns).Select(index => row.GetString("Body" + index)));
        return new DeadLetter
        {
            Source = row.RequireText("Source"),
            Id = row.RequireText("Id"),
            ArrivedAt = row.RequireTime("ArrivedAt"),
            DeadAt = row.RequireTime("DeadAt"),
            Code = row.RequireText("Code"),
            Reason = row.RequireText("Reason"),
            DeliveryCount = row.GetInt32("DeliveryCount") ?? 1,
            Faults = ReadFaults(row, "Faults"),
            Body = body,
            BodyLength = row.GetInt32("BodyLength") ?? body.Length,

            // What fills all columns was most likely longer, and schema 1 does not tell.
            BodyTruncated = row.GetBoolean("BodyTruncated") ?? body.Length >= BodyColumns * (RowLimits.StringCharacters - 1),
            BodyWithheld = row.GetBoolean("BodyWithheld") ?? false,
            Redrives = row.GetInt32("Redrives") ?? 0,
            Redrive = row.GetDateTimeOffset("RedrivenAt") is { } at ? ReadRedrive(row, at) : null,
        };
    }

    public static bool IsRedriven(TableEntity row) => row.GetString("RedriveOutcome") is nameof(RedriveOutcome.Submitted) or nameof(RedriveOutcome.Delivered);

    private static DeadLetterRedrive ReadRedrive(TableEntity row, DateTimeOffset at)
    {
        var outcome = Enum.Parse<RedriveOutcome>(row.RequireText("RedriveOutcome"));
        var task = row.RequireText("RedriveTask");
        var code = row.RequireText("RedriveCode");
        return new DeadLetterRedrive(at, outcome, task.Length > 0 ? TaskId.Parse(task) : null, code.Length > 0 ? new TaskError(code, row.RequireText("RedriveReason")) : null)
        {
            Faults = ReadFaults(row, "RedriveFaults"),
        };
    }

    private static Fault[] ReadFaults(TableEntity row, string column) =>
        row.GetString(column) is { } faults ? JsonSerializer.Deserialize<Fault[]>(faults, Json)! : [];

    private static string WriteFaults(IReadOnlyList<Fault> faults) => JsonSerializer.Serialize(FaultsThatFit(faults), Json);

    /// <summary>As many faults as surely fit in a column, whatever their texts escape to.</summary>
    private static IEnumerable<Fault> FaultsThatFit(IReadOnlyList<Fault> faults)
    {
        var size = 2;
        return faults.TakeWhile(fault => (size += 64 + (6 * (fault.Pointer.Length + fault.Message.Length))) <= RowLimits.StringCharacters);
    }
}
