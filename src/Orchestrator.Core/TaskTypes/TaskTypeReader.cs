using System.Text;
using System.Text.Json;
using Orchestrator.Agents;
using Orchestrator.Limits;
using Orchestrator.Retention;
using Orchestrator.Schemas;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.TaskTypes;

/// <summary>Reads definitions of task types from JSON and finds everything that is wrong with one at once.</summary>
public static class TaskTypeReader
{
    /// <summary>How many JSON containers may lie in each other.</summary>
    public const int MaxJsonDepth = 64;

    /// <summary>How the text of a definition is parsed.</summary>
    public static JsonDocumentOptions JsonOptions { get; } = new() { AllowDuplicateProperties = false, MaxDepth = MaxJsonDepth };

    /// <summary>What a definition is answered with and may be sent back with: it is not looked at.</summary>
    private static readonly string[] AnswerOnly = ["version", "source", "updatedAt", "warnings"];

    /// <summary>Reads a definition.</summary>
    /// <param name="root">The document: strict JSON, without equal names and half surrogates.</param>
    /// <param name="name">The name it is to have; the document's own may then be missing and must not differ. Null: the document names it.</param>
    /// <param name="faults">Everything that is wrong, with pointers into the document; empty when all is well.</param>
    /// <returns>The definition, of version 1; null when there are faults.</returns>
    public static TaskType? Read(JsonElement root, string? name, out IReadOnlyList<Fault> faults)
    {
        var found = new List<Fault>();
        var type = root.ValueKind == JsonValueKind.Object ? ReadFields(new DefinitionFields(root, "", found), name, found) : null;
        if (type is null)
            found.Add(new Fault("", $"A task type must be a JSON object, not {SubmissionFields.KindOf(root)}."));
        faults = found;
        return found.Count == 0 ? type : null;
    }

    /// <summary>Reads a definition that was written by <see cref="TaskTypeWriter"/>; fields of later releases are passed over.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TaskType ReadStored(string document, string name, int version)
    {
        using var json = JsonDocument.Parse(document, JsonOptions);
        var faults = new List<Fault>();
        var type = ReadFields(new DefinitionFields(json.RootElement, "", faults), name, faults, isStored: true);
        return faults.Count == 0
            ? type with { Version = version }
            : throw new InvalidDataException($"Version {version} of task type '{name}' cannot be read: {faults[0].Pointer}: {faults[0].Message}");
    }

    private static TaskType ReadFields(DefinitionFields fields, string? name, List<Fault> faults, bool isStored = false)
    {
        var type = new TaskType
        {
            Name = ReadName(fields, name),
            Description = fields.TakeText("description", 0, TaskTypeLimits.DescriptionLength) ?? "",
            Capability = ReadCapability(fields)!,
            InputSchema = ReadSchema(fields, "input", faults),
            OutputSchema = ReadSchema(fields, "output", faults),
            DefaultInput = ReadDefaultInput(fields),
            Retry = fields.TakeObject("retry") is { } retry ? ReadRetry(retry, isStored) : RetryPolicy.Default,
            Timeouts = fields.TakeObject("timeouts") is { } timeouts ? ReadTimeouts(timeouts, isStored) : TaskTimeouts.Default,
            Priority = fields.TakeInteger("priority", 0, TaskLimits.MaxPriority) ?? TaskLimits.DefaultPriority,
            Concurrency = fields.TakeObject("concurrency") is { } concurrency ? ReadConcurrency(concurrency, isStored) : null,
            Retention = ReadRetention(fields, isStored),
            Owner = fields.TakeText("owner", 0, TaskTypeLimits.OwnerLength) ?? "",
            Tags = fields.TakeTexts("tags", TaskLimits.Tags, TaskLimits.TagLength),
            MaskedFields = ReadMaskedFields(fields),
        };
        if (!isStored)
        {
            CheckDefaultInput(type, faults);
            CheckMask(type, faults);
            RefuseOthers(fields, name is not null);
        }

        return type;
    }

    private static void RefuseOthers(DefinitionFields fields, bool isAnswerTaken)
    {
        if (isAnswerTaken)
            fields.PassOver(AnswerOnly);
        fields.RefuseOthers();
    }

    private static string ReadName(DefinitionFields fields, string? name)
    {
        var given = fields.TakeText("name", 1, TaskLimits.NameLength);
        if (name is null && !fields.Has("name"))
            fields.Add("name", "'name' is missing.");
        else if (given is not null && name is not null && given != name)
            fields.Add("name", $"It differs from the name that is written to, '{name}'; leave it out, or give the same.");
        else if ((given ?? name) is { } either && !AgentCatalog.IsName(either))
            fields.Add("name", $"It must be {AgentCatalog.NameRule}.");
        return name ?? given ?? "";
    }

    private static string? ReadCapability(DefinitionFields fields)
    {
        var capability = fields.TakeText("capability", 1, TaskLimits.NameLength);
        if (capability is not null && !AgentCatalog.IsName(capability))
            fields.Add("capability", $"It must be {AgentCatalog.NameRule}.");
        return capability;
    }

    private static string? ReadSchema(DefinitionFields fields, string name, List<Fault> faults)
    {
        if (fields.Take(name) is not { } schema)
            return null;

        var text = JsonTokens.WithoutWhiteSpace(schema.GetRawText());
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > JsonSchema.MaxBytes)
        {
            fields.Add(name, $"The schema is {size} bytes long; at most {JsonSchema.MaxBytes} are allowed.");
            return null;
        }

        JsonSchema.TryCreate(schema, out var schemaFaults);
        faults.AddRange(schemaFaults.Select(fault => fault with { Pointer = $"/{name}{fault.Pointer}" }));
        return text;
    }

    private static string? ReadDefaultInput(DefinitionFields fields)
    {
        if (fields.Take("defaultInput") is not { } input)
            return null;

        var text = input.GetRawText();
        var size = Encoding.UTF8.GetByteCount(text);
        if (size <= TaskTypeLimits.DefaultInputBytes)
            return text;
        fields.Add("defaultInput", $"It is {size} bytes long; at most {TaskTypeLimits.DefaultInputBytes} are allowed.");
        return null;
    }

    private static void CheckDefaultInput(TaskType type, List<Fault> faults)
    {
        if (type.DefaultInput is null || type.InputSchema is null || faults.Any(fault => fault.Pointer.StartsWith("/input", StringComparison.Ordinal)))
            return;

        var schema = JsonSchema.TryCreate(JsonElement.Parse(type.InputSchema), out _)!;
        faults.AddRange(schema.FindFaults(JsonElement.Parse(type.DefaultInput)).Select(fault => fault with { Pointer = "/defaultInput" + fault.Pointer }));
    }

    /// <summary>A definition is stored as it is, and the slots of a key are counted by what is stored.</summary>
    private static void CheckMask(TaskType type, List<Fault> faults)
    {
        var mask = FieldMask.Of(type.MaskedFields);
        if (type.DefaultInput is { } input)
            faults.AddRange(mask.FindPlain(input).Select(pointer => new Fault("/defaultInput" + pointer, $"The field is masked, and a definition is stored as it is: give null or a reference such as {SecretReference.To("NAME")}.")));
        if (type.Concurrency is { Key: { } key } && mask.Touches(key))
            faults.Add(new Fault("/concurrency/key", "The field is masked: all tasks would have the same key."));
    }

    private static RetryPolicy ReadRetry(DefinitionFields fields, bool isStored)
    {
        var policy = new RetryPolicy
        {
            MaxAttempts = fields.TakeInteger("maxAttempts", 1, 100) ?? RetryPolicy.Default.MaxAttempts,
            Growth = ReadGrowth(fields),
            FirstDelay = fields.TakeDuration("firstDelay", UpToADay, "0 to 1 day") ?? RetryPolicy.Default.FirstDelay,
            Backoff = fields.TakeNumber("backoff", 1, 10) ?? RetryPolicy.Default.Backoff,
            MaxDelay = fields.TakeDuration("maxDelay", UpToADay, "0 to 1 day") ?? RetryPolicy.Default.MaxDelay,
            Jitter = fields.TakeNumber("jitter", 0, 1) ?? RetryPolicy.Default.Jitter,
            Budget = fields.TakeDuration("budget", UpToAYear, "over 0, up to 365 days"),
            RetryableCodes = fields.TakeTexts("retryableCodes", TaskTypeLimits.ErrorCodes, TaskError.MaxCodeLength),
            TerminalCodes = fields.TakeTexts("terminalCodes", TaskTypeLimits.ErrorCodes, TaskError.MaxCodeLength),
        };
        foreach (var code in policy.TerminalCodes.Intersect(policy.RetryableCodes, StringComparer.Ordinal))
            fields.Add("terminalCodes", $"'{code}' is in retryableCodes too; it must be in one of them.");
        if (!isStored)
            fields.RefuseOthers();
        return policy;
    }

    private static DelayGrowth ReadGrowth(DefinitionFields fields)
    {
        var text = fields.TakeText("growth", 0, 100);
        switch (text)
        {
            case null or "exponential":
                return DelayGrowth.Exponential;
            case "linear":
                return DelayGrowth.Linear;
            case "fixed":
                return DelayGrowth.Fixed;
            default:
                fields.Add("growth", "It must be one of: exponential, linear, fixed.");
                return default;
        }
    }

    private static TaskTimeouts ReadTimeouts(DefinitionFields fields, bool isStored)
    {
        var timeouts = new TaskTimeouts
        {
            Start = fields.TakeDuration("start", UpToAYear, "over 0, up to 365 days"),
            Attempt = fields.TakeDuration("attempt", UpToAYear, "over 0, up to 365 days") ?? TaskTimeouts.Default.Attempt,
            Heartbeat = fields.TakeDuration("heartbeat", time => time >= TimeSpan.FromSeconds(1) && UpToAYear(time), "1 s to 365 days"),
            Total = fields.TakeDuration("total", UpToAYear, "over 0, up to 365 days"),
        };
        if (!isStored)
            fields.RefuseOthers();
        return timeouts;
    }

    /// <summary>One duration for every state, or an object by state; null when it says nothing.</summary>
    private static TaskRetention? ReadRetention(DefinitionFields fields, bool isStored)
    {
        if (fields.Take("retention") is not { ValueKind: JsonValueKind.Object })
            return TakeTime(fields, "retention") is { } time ? TaskRetention.OfAll(time) : null;

        var states = fields.TakeObject("retention")!;
        var retention = new TaskRetention(TakeTime(states, "succeeded"), TakeTime(states, "failed"), TakeTime(states, "cancelled"), TakeTime(states, "expired"));
        if (!isStored)
            states.RefuseOthers();
        return retention is { Succeeded: null, Failed: null, Cancelled: null, Expired: null } ? null : retention;
    }

    private static TimeSpan? TakeTime(DefinitionFields fields, string name) => fields.TakeDuration(name, TaskRetention.IsAllowed, TaskRetention.Range);

    /// <summary>Null when it limits nothing.</summary>
    private static ConcurrencyLimit? ReadConcurrency(DefinitionFields fields, bool isStored)
    {
        var concurrency = new ConcurrencyLimit
        {
            Limit = fields.TakeInteger("limit", 1, ConcurrencyLimit.Highest),
            Key = fields.TakeText("key", 1, ConcurrencyLimit.PointerLength),
            KeyLimit = fields.TakeInteger("keyLimit", 1, ConcurrencyLimit.Highest),
        };
        if (concurrency.Key is { } key && !JsonPointer.PointsWithin(key))
            fields.Add("key", "It must be a JSON Pointer into the input, such as /customer/id.");
        if (concurrency.Key is null && fields.Has("keyLimit") && !fields.Has("key"))
            fields.Add("key", "'key' is missing: it says what 'keyLimit' counts by.");
        if (fields.Has("key") && !fields.Has("keyLimit"))
            fields.Add("keyLimit", "'keyLimit' is missing: it says how many tasks with the same key may be worked on at once.");
        if (!isStored)
            fields.RefuseOthers();
        return concurrency is { Limit: null, KeyLimit: null } ? null : concurrency;
    }

    private static IReadOnlyList<string> ReadMaskedFields(DefinitionFields fields)
    {
        var pointers = fields.TakeTexts("maskedFields", TaskTypeLimits.MaskedFields, TaskTypeLimits.MaskedFieldLength);
        foreach (var (index, pointer) in pointers.Index())
        {
            if (!JsonPointer.PointsWithin(pointer))
                fields.Add($"maskedFields/{index}", "It must be a JSON Pointer such as /card/number.");
        }

        return pointers;
    }

    private static bool UpToADay(TimeSpan time) => time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1);

    private static bool UpToAYear(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromDays(365);
}
