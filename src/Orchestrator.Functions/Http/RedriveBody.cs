using System.Text;
using System.Text.Json;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;

namespace Orchestrator.Functions.Http;

/// <summary>Reads what a dead letter is to be redriven with.</summary>
internal static class RedriveBody
{
    /// <summary>The body in place of the letter's; null: the letter's own.</summary>
    /// <param name="utf8">Nothing, or an object with <c>body</c>: a string is the body's text, any other value is the body itself, as it is written.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_redrive</c>.</exception>
    public static ReadOnlyMemory<byte>? Read(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.IsEmpty)
            return null;

        // One container more than a submission may have lies around it.
        var faults = StrictJson.Check(utf8.Span, SubmissionIntake.MaxJsonDepth + 1);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = SubmissionIntake.MaxJsonDepth + 1 });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new ProblemException(KnownProblems.InvalidRedrive([new Fault("", "It must be a JSON object, or nothing.")]));

        var unknown = document.RootElement.EnumerateObject().Where(property => property.Name != "body").Select(property => new Fault(JsonPointer.Join("", property.Name), "There is no such field; there is: body.")).ToList();
        if (unknown.Count > 0)
            throw new ProblemException(KnownProblems.InvalidRedrive(unknown));
        if (!document.RootElement.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null)
            return null;

        return Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText());
    }
}
