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
    /// <summary>Of a message that names more, nothing is known.</summary>
    private const int MostTypes = 5;

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
            var named = await FindTypesAsync(document.RootElement, cancellationToken);
            return options.Value.KeepUnknownBodies ? new KeptMessage(MaskInput(body, named), IsWithheld: false) : Keep(body, named);
        }
        catch (JsonException)
        {
            return options.Value.KeepUnknownBodies ? new KeptMessage(body, IsWithheld: false) : new KeptMessage($"[{body.Length} characters that are no JSON]", IsWithheld: true);
        }
    }

    private static KeptMessage Keep(string body, IReadOnlyList<TaskType?> named)
    {
        var isWithheld = false;
        var isTypeKnown = named.Count > 0 && named.All(type => type is not null);
        var kept = new JsonEdit
        {
            OfValue = (path, kind, text) =>
            {
                if (!IsOfUnknownMeaning(path, isTypeKnown) || !IsToHide(kind, text))
                    return null;
                isWithheld = true;
                return FieldMask.Json;
            },
        }.Apply(body);
        return new KeptMessage(MaskInput(kept, named), isWithheld);
    }

    private static string MaskInput(string body, IReadOnlyList<TaskType?> named) =>
        FieldMask.Of(named.SelectMany(type => type?.MaskedFields ?? []).Select(pointer => "/input" + pointer)).Apply(body);

    private static bool IsOfUnknownMeaning(IReadOnlyList<string> path, bool isTypeKnown) =>
        path.Count == 0 || (path[0] == "input" ? !isTypeKnown : !OpenFields.Contains(path[0], StringComparer.Ordinal));

    /// <summary>The shape, and words that JSON has itself, say nothing.</summary>
    private static bool IsToHide(JsonTokenType kind, string? text) =>
        kind == JsonTokenType.Number || (kind == JsonTokenType.String && text is { Length: > 0 } && text != FieldMask.Text && !SecretReference.Is(text));

    /// <summary>The types that a message names; null for each that there is none of. More than one where it names its type twice, and then each counts.</summary>
    private async ValueTask<IReadOnlyList<TaskType?>> FindTypesAsync(JsonElement root, CancellationToken cancellationToken)
    {
        var found = new List<TaskType?>();
        if (root.ValueKind != JsonValueKind.Object)
            return found;
        foreach (var property in root.EnumerateObject().Where(IsType).Take(MostTypes))
            found.Add(NameIn(property.Value) is { } name && found.Count < MostTypes - 1 ? await types.FindAsync(name, cancellationToken) : null);
        return found;
    }

    private static bool IsType(JsonProperty property)
    {
        try
        {
            return property.NameEquals("type");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in the name.
            return false;
        }
    }

    private static string? NameIn(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
