using System.Text.Json;
using Orchestrator.Agents;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>What somebody outside says of a pending attempt.</summary>
internal sealed class AttemptBody
{
    private readonly JsonElement _root;
    private readonly List<Fault> _faults = [];

    private AttemptBody(JsonElement root) => _root = root;

    /// <summary>Reads a body: an object with some of the fields; an empty body is one without fields.</summary>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_attempt</c>.</exception>
    public static AttemptBody Read(ReadOnlyMemory<byte> utf8Json, params ReadOnlySpan<string> fields)
    {
        if (utf8Json.IsEmpty)
            return new AttemptBody(JsonElement.Parse("{}"));

        var faults = StrictJson.Check(utf8Json.Span, SubmissionIntake.MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        var body = new AttemptBody(JsonElement.Parse(utf8Json.Span));
        if (body._root.ValueKind != JsonValueKind.Object)
            throw new ProblemException(KnownProblems.InvalidAttempt([new Fault("", "The body must be a JSON object.")]));

        body.RefuseOthers(fields);
        return body;
    }

    /// <summary>JSON text of the output.</summary>
    /// <exception cref="ProblemException"><c>invalid_attempt</c>.</exception>
    public string Output()
    {
        Check();
        return _root.TryGetProperty("output", out var output) ? output.GetRawText() : "null";
    }

    /// <summary>The failure; retryable unless it says otherwise.</summary>
    /// <exception cref="ProblemException"><c>invalid_attempt</c>.</exception>
    public AttemptOutcome.Failed Failure()
    {
        var code = Text("code", TaskError.MaxCodeLength) ?? "external_error";
        var message = Text("message", TaskError.MaxMessageLength) ?? "Whoever worked on the attempt says that it has failed.";
        var isRetryable = true;
        if (_root.TryGetProperty("isRetryable", out var value))
        {
            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                _faults.Add(new Fault("/isRetryable", "It must be true or false."));
            else
                isRetryable = value.GetBoolean();
        }

        Check();
        return new AttemptOutcome.Failed(new TaskError(code, message), isRetryable);
    }

    /// <summary>The report that follows <paramref name="before"/>, and the lines to add to the log.</summary>
    /// <exception cref="ProblemException"><c>invalid_attempt</c>.</exception>
    public (AttemptReport Report, IReadOnlyList<AttemptLogLine> Lines) Heartbeat(AttemptReport before, DateTimeOffset now)
    {
        var report = Report(before, now);
        var lines = Lines(now);
        Check();
        return (report, lines);
    }

    private AttemptReport Report(AttemptReport before, DateTimeOffset now)
    {
        var report = before with { At = now, Text = Text("text", TaskLimits.LogLineLength) ?? before.Text };
        if (_root.TryGetProperty("percent", out var percent))
        {
            if (percent.ValueKind == JsonValueKind.Number && percent.TryGetInt32(out var number) && number is >= 0 and <= 100)
                report = report with { Percent = number };
            else
                _faults.Add(new Fault("/percent", "It must be a whole number from 0 to 100."));
        }

        if (_root.TryGetProperty("details", out var details))
        {
            report = report with { Details = details.GetRawText() };
            if (report.Details.Length > TaskLimits.HeartbeatCharacters)
                _faults.Add(new Fault("/details", $"They are {report.Details.Length} characters long; at most {TaskLimits.HeartbeatCharacters} can be stored."));
        }

        return report;
    }

    private List<AttemptLogLine> Lines(DateTimeOffset now)
    {
        if (!_root.TryGetProperty("log", out var log))
            return [];

        var lines = new List<AttemptLogLine>();
        if (log.ValueKind != JsonValueKind.Array || log.GetArrayLength() > 100)
            _faults.Add(new Fault("/log", "It must be an array of at most 100 lines."));
        else
            lines.AddRange(log.EnumerateArray().Select((line, index) => new AttemptLogLine(now, AttemptLogLevel.Information, LineText(line, index))));
        return lines;
    }

    private string LineText(JsonElement line, int index)
    {
        if (line.ValueKind == JsonValueKind.String && line.GetString() is { Length: <= TaskLimits.LogLineLength } text)
            return text;

        _faults.Add(new Fault($"/log/{index}", $"It must be a string of at most {TaskLimits.LogLineLength} characters."));
        return "";
    }

    private string? Text(string name, int maxLength)
    {
        if (!_root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= maxLength)
            return text;

        _faults.Add(new Fault("/" + name, $"It must be a string of at most {maxLength} characters."));
        return null;
    }

    private void RefuseOthers(ReadOnlySpan<string> fields)
    {
        foreach (var property in _root.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
                _faults.Add(new Fault(JsonPointer.Join("", property.Name), $"There is no such field. The fields are: {string.Join(", ", fields.ToArray())}."));
        }
    }

    private void Check()
    {
        if (_faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidAttempt(_faults));
    }
}
