using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.DeadLetters;

/// <summary>What is kept of a message that could not become a task.</summary>
/// <param name="Text">The body as it is stored.</param>
/// <param name="IsWithheld">Whether something is left out of which nobody knows whether it is secret, so that the text is not what was to be done.</param>
public sealed record KeptMessage(string Text, bool IsWithheld);

/// <summary>
/// Decides what is kept of messages that could not become tasks. Of one whose task type is known the masked fields are replaced, as they would have been in the task. Where nobody knows
/// what is secret, everything counts as such: the input of a type that is not known, fields that no submission has, and text that is no JSON.
/// </summary>
public sealed class MessageMask(ITaskTypeCatalog types, IOptions<DeadLetterOptions> options)
{
    /// <summary>The fields of a submission besides its input: what stands there is shown wherever tasks are.</summary>
    private static readonly string[] OpenFields =
    [
        "type", "title", "tags", "priority", "name", "idempotencyKey", "idempotencyScope", "idempotencyLifetime", "delay", "startAt", "dependsOn", "parent", "correlationId", "callback",
        "schemaVersion", "traceparent", "tracestate",
    ];

    /// <summary>What is kept of a message.</summary>
    public async ValueTask<KeptMessage> KeepAsync(string body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1_000 });
            var type = await FindTypeAsync(document.RootElement, cancellationToken);
            return options.Value.KeepUnknownBodies ? new KeptMessage(MaskInput(body, type), IsWithheld: false) : Keep(body, type);
        }
        catch (JsonException)
        {
            return options.Value.KeepUnknownBodies ? new KeptMessage(body, IsWithheld: false) : new KeptMessage($"[{body.Length} characters that are no JSON]", IsWithheld: true);
        }
    }

    private static KeptMessage Keep(string body, TaskType? type)
    {
        var isWithheld = false;
        var kept = new JsonEdit
        {
            OfValue = (path, kind, text) =>
            {
                if (!IsOfUnknownMeaning(path, isTypeKnown: type is not null) || !IsToHide(kind, text))
                    return null;
                isWithheld = true;
                return FieldMask.Json;
            },
        }.Apply(body);
        return new KeptMessage(MaskInput(kept, type), isWithheld);
    }

    private static string MaskInput(string body, TaskType? type) => FieldMask.Of(type?.MaskedFields.Select(pointer => "/input" + pointer) ?? []).Apply(body);

    private static bool IsOfUnknownMeaning(IReadOnlyList<string> path, bool isTypeKnown) =>
        path.Count == 0 || (path[0] == "input" ? !isTypeKnown : !OpenFields.Contains(path[0], StringComparer.Ordinal));

    /// <summary>The shape, and words that JSON has itself, say nothing.</summary>
    private static bool IsToHide(JsonTokenType kind, string? text) =>
        kind == JsonTokenType.Number || (kind == JsonTokenType.String && text is { Length: > 0 } && text != FieldMask.Text && !SecretReference.Is(text));

    private async ValueTask<TaskType?> FindTypeAsync(JsonElement root, CancellationToken cancellationToken)
    {
        return TypeIn(root) is { } name ? await types.FindAsync(name, cancellationToken) : null;
    }

    private static string? TypeIn(JsonElement root)
    {
        try
        {
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, in the name or in another one.
            return null;
        }
    }
}
