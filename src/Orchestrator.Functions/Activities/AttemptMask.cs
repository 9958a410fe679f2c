using System.Text.Json;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>What of an attempt's words may be stored and logged: neither the masked fields of its task type nor the secrets it has asked for.</summary>
/// <param name="secrets">Null where it could ask for none, as it is worked on outside.</param>
public sealed class AttemptMask(FieldMask fields, AttemptSecrets? secrets)
{
    /// <summary>JSON text, such as an output or the details of a heartbeat.</summary>
    public string Json(string json) => fields.Apply(secrets?.RedactJson(json) ?? json);

    /// <summary>Words for people; an object or array among them is masked as one of the task type.</summary>
    public string Words(string text)
    {
        text = secrets?.Redact(text) ?? text;
        return fields.IsNone || text.AsSpan().TrimStart() is not ['{' or '[', ..] ? text : MaskIfJson(text);
    }

    /// <summary>An outcome as it may be written.</summary>
    public AttemptOutcome Outcome(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded succeeded => new AttemptOutcome.Succeeded(Json(succeeded.Output)),
        AttemptOutcome.Failed failed => failed with { Error = new TaskError(Words(failed.Error.Code), Words(failed.Error.Message)) },
        _ => outcome,
    };

    /// <summary>A report as it may be written.</summary>
    public AttemptReport Report(AttemptReport report) =>
        report with { Text = report.Text is { } text ? Words(text) : null, Details = report.Details is { } details ? Json(details) : null };

    private string MaskIfJson(string text)
    {
        try
        {
            return fields.Apply(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
