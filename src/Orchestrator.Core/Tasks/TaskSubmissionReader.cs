using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Schemas;
using Orchestrator.Secrets;

namespace Orchestrator.Tasks;

/// <summary>Reads submissions from JSON and finds everything that is wrong with one at once.</summary>
public sealed class TaskSubmissionReader
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly ITaskTypeCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly JsonSchemas _schemas;

    /// <summary>Creates a reader that knows the types of <paramref name="catalog"/>.</summary>
    /// <param name="schemas">Where schemas are kept once made; its own unless given.</param>
    public TaskSubmissionReader(ITaskTypeCatalog catalog, TimeProvider time, JsonSchemas? schemas = null)
    {
        _catalog = catalog;
        _time = time;
        _schemas = schemas ?? new JsonSchemas();
    }

    /// <summary>Reads a submission.</summary>
    /// <param name="utf8Json">The JSON document.</param>
    /// <param name="headerKey">An idempotency key given beside the document; it must not differ from one inside.</param>
    /// <param name="defaultKey">The key when none is given, such as a queue message's id.</param>
    /// <param name="hasTrace">Whether the document may hold its W3C trace context, as messages that have no headers do. What stands there is taken over unchecked if it is text, and is
    /// no fault if it is not: a trace is no reason to refuse a task.</param>
    public async ValueTask<SubmissionReading> ReadAsync(
        ReadOnlyMemory<byte> utf8Json, string? headerKey = null, string? defaultKey = null, bool hasTrace = false, CancellationToken cancellationToken = default)
    {
        if (!Utf8.IsValid(utf8Json.Span))
            return new SubmissionReading.NotJson("The text is not UTF-8.");

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json, Options);
        }
        catch (JsonException exception)
        {
            return new SubmissionReading.NotJson(exception.Message);
        }
        catch (InvalidOperationException)
        {
            // What the parser throws for it when it compares names.
            return new SubmissionReading.NotJson("The name of a field holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can.");
        }

        using (document)
            return Read(document.RootElement, await LookUpAsync(document.RootElement, cancellationToken), (headerKey, defaultKey), hasTrace);
    }

    private SubmissionReading Read(JsonElement root, TypeLookup lookup, (string? Header, string? Default) keys, bool hasTrace)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return new SubmissionReading.Refused([new Fault("", $"A task must be a JSON object, not {SubmissionFields.KindOf(root)}.")]);

        var fields = new SubmissionFields(root);
        var type = ReadType(fields, lookup);
        var input = fields.Take("input");
        var title = fields.TakeText("title", 0, TaskLimits.TitleLength) ?? "";
        var tags = WithTagsOf(type, fields.TakeTags("tags"), fields);
        var priority = fields.TakeInteger("priority", 0, TaskLimits.MaxPriority) ?? type?.Priority ?? TaskLimits.DefaultPriority;
        var key = ReadKey(fields, keys.Header) ?? keys.Default;
        var timing = SubmissionTiming.Read(fields, _time.GetUtcNow());
        var relations = SubmissionRelations.Read(fields);
        var trace = hasTrace ? TakeTrace(fields) : null;
        fields.RefuseOthers(
            "type, input, title, tags, priority, name, idempotencyKey, idempotencyScope, idempotencyLifetime, delay, startAt, dependsOn, parent, correlationId, callback");

        input ??= type?.DefaultInput is { } defaultInput ? JsonElement.Parse(defaultInput) : NullElement;
        var inputText = input.Value.GetRawText();
        var size = Encoding.UTF8.GetByteCount(inputText);
        if (size > TaskLimits.PayloadBytes)
            fields.Faults.Add(new Fault("/input", $"The input is {size} bytes long; at most {TaskLimits.PayloadBytes} are allowed."));
        else if (type is not null)
            fields.Faults.AddRange(FindInputFaults(type, input.Value).Select(fault => fault with { Pointer = "/input" + fault.Pointer }));

        if (type is null || fields.Faults.Count > 0)
            return new SubmissionReading.Refused(fields.Faults);

        var submission = new TaskSubmission
        {
            Type = type,
            Input = inputText,
            Title = title,
            Tags = tags,
            Priority = priority,
            IdempotencyKey = key,
            IdempotencyScope = timing.IdempotencyScope,
            IdempotencyLifetime = timing.IdempotencyLifetime,
            Delay = timing.Delay,
            StartAt = timing.StartAt,
            Name = relations.Name,
            DependsOn = relations.DependsOn,
            DependsOnPointer = relations.DependsOnPointer,
            Parent = relations.Parent,
            Correlation = relations.Correlation,
            CallbackUrl = relations.CallbackUrl,
            TraceParent = trace,
        };
        return new SubmissionReading.Accepted(Mask(submission));
    }

    private static string? TakeTrace(SubmissionFields fields)
    {
        var parent = fields.Take("traceparent");

        // Of no use without the other, and not kept with it.
        _ = fields.Take("tracestate");
        return parent is { } value ? SubmissionFields.TextOf(value) : null;
    }

    /// <summary>From here on nobody sees what is masked.</summary>
    private static TaskSubmission Mask(TaskSubmission submission)
    {
        var masked = FieldMask.Of(submission.Type.MaskedFields).Apply(submission.Input);
        return ReferenceEquals(masked, submission.Input) ? submission : submission with { Input = masked, FormerContentHash = submission.ContentHash() };
    }

    private static JsonElement NullElement { get; } = JsonDocument.Parse("null").RootElement.Clone();

    /// <summary>Looks the type up ahead, as only that may have to wait.</summary>
    private async ValueTask<TypeLookup> LookUpAsync(JsonElement root, CancellationToken cancellationToken)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var value) || SubmissionFields.TextOf(value) is not { } name)
            return new TypeLookup(null, []);

        var type = name.Length <= TaskLimits.NameLength ? await _catalog.FindAsync(name, cancellationToken) : null;
        return new TypeLookup(type, type is null ? await _catalog.ListAsync(cancellationToken) : []);
    }

    /// <summary>
    /// The schema goes first: an agent's own check may take for granted what the schema demands. So it is left out for the input of a task that is done again, of
    /// whose masked fields nobody knows whether they fit.
    /// </summary>
    private IEnumerable<Fault> FindInputFaults(TaskType type, JsonElement input)
    {
        var mask = FieldMask.Of(type.MaskedFields);
        Fault[] faults = [.. mask.Scrub(_schemas.FindFaults(type.InputSchema, input, mask), input, mayQuote: false)];
        if (faults.Length > 0 || type.CheckInput is not { } check || mask.HasWithheld(input))
            return faults;
        return mask.Scrub(check(input), input, mayQuote: true);
    }

    private static IReadOnlyList<string> WithTagsOf(TaskType? type, IReadOnlyList<string> tags, SubmissionFields fields)
    {
        if (type is not { Tags.Count: > 0 })
            return tags;

        string[] all = [.. tags.Union(type.Tags, StringComparer.Ordinal)];
        if (all.Length > TaskLimits.Tags)
            fields.Faults.Add(new Fault("/tags", $"With the {type.Tags.Count} tags of the task type there are {all.Length} tags; at most {TaskLimits.Tags} are allowed."));
        return all;
    }

    private static TaskType? ReadType(SubmissionFields fields, TypeLookup lookup)
    {
        var name = fields.TakeText("type", 1, TaskLimits.NameLength, isRequired: true);
        if (name is null || lookup.Type is not null)
            return lookup.Type;

        var known = string.Join(", ", lookup.Known.Take(20).Select(known => known.Name));
        fields.Faults.Add(new Fault("/type", $"There is no task type '{name}'. {(known.Length > 0 ? $"There are: {known}." : "None is registered.")}"));
        return null;
    }

    private static string? ReadKey(SubmissionFields fields, string? headerKey)
    {
        var key = fields.TakeKey("idempotencyKey", 1, TaskLimits.NameLength);
        if (headerKey is null)
            return key;

        if (headerKey.Length is < 1 or > TaskLimits.NameLength)
            fields.Faults.Add(new Fault("/idempotencyKey", $"The Idempotency-Key header is {headerKey.Length} characters long; it must be 1 to {TaskLimits.NameLength}."));
        else if (key is not null && !string.Equals(key, headerKey, StringComparison.Ordinal))
            fields.Faults.Add(new Fault("/idempotencyKey", "The key differs from the Idempotency-Key header; give one of them, or the same."));

        return headerKey;
    }

    /// <param name="Known">The types there are, when the one asked for is not among them.</param>
    private sealed record TypeLookup(TaskType? Type, IReadOnlyList<TaskType> Known);
}
