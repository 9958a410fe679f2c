using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>What an orchestration was told and what its code decided upon that, as recorded under a task hub.</summary>
/// <param name="Hub">The task hub of the release that recorded it.</param>
/// <param name="Orchestrator">The orchestrator function.</param>
/// <param name="Instance">The id of the instance.</param>
/// <param name="Input">Its input, JSON.</param>
/// <param name="Turns">The first one is the start.</param>
internal sealed record History(string Hub, string Orchestrator, string Instance, JsonNode? Input, IReadOnlyList<Turn> Turns)
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static History Parse(string text) =>
        JsonSerializer.Deserialize<History>(text, _options) ?? throw new JsonException("A history is an object.");

    public override string ToString() => JsonSerializer.Serialize(this, _options).ReplaceLineEndings("\n") + "\n";
}

/// <summary>A turn of the code: what arrived at a time, and what was decided then.</summary>
/// <param name="Arrived">Null: the start.</param>
internal sealed record Turn(DateTime At, Arrival? Arrived, IReadOnlyList<Decision> Decided);

internal enum ArrivalKind
{
    /// <summary>A call has come back with <see cref="Arrival.Payload"/>.</summary>
    Result,

    /// <summary>A call has failed for good.</summary>
    Failure,

    /// <summary>A timer has fired.</summary>
    Timer,

    /// <summary>The event <see cref="Arrival.Name"/> was raised.</summary>
    Event,
}

/// <param name="Of">The number of the call or timer.</param>
internal sealed record Arrival(ArrivalKind Kind, int? Of = null, string? Name = null, JsonNode? Payload = null);

internal enum DecisionKind
{
    Activity,
    Child,
    Entity,
    Signal,
    Lock,
    Timer,
    Send,
    End,
    Fail,
    ContinueAsNew,
}

/// <summary>One thing that the code has decided. They are numbered from 0 in the order in which they were decided; that is their place in the history.</summary>
/// <param name="Name">Of what is called; of an entity its id and the operation.</param>
/// <param name="Retry">How often the platform tries it, which shows in histories too.</param>
internal sealed record Decision(DecisionKind Kind, string? Name = null, JsonNode? Input = null, string? Retry = null)
{
    /// <summary>
    /// Why the present decision cannot take the place of this one; null: it can. What an engine compares is compared (kind, name), and also what an activity under way
    /// would be missing: every property of the input must still be there. Values may differ, as engines do not look at them; so may times.
    /// </summary>
    public string? FindDifference(Decision present)
    {
        if (present.Kind != Kind || present.Name != Name)
            return $"{Describe(this)} is now {Describe(present)}";
        if (present.Retry != Retry)
            return $"{Describe(this)} was tried {Retry ?? "once"}, and is now tried {present.Retry ?? "once"}";
        return FindMissing(Input, present.Input, "input") is { } missing ? $"{Describe(this)}: {missing}" : null;
    }

    public static string Describe(Decision decision) => decision.Name is null ? $"{decision.Kind}" : $"{decision.Kind} {decision.Name}";

    private static string? FindMissing(JsonNode? recorded, JsonNode? present, string path) => (recorded, present) switch
    {
        (null, _) => null,
        (JsonObject, JsonObject other) => recorded.AsObject()
            .Select(pair => other.ContainsKey(pair.Key) ? FindMissing(pair.Value, other[pair.Key], $"{path}.{pair.Key}") : $"{path}.{pair.Key} is not there any more")
            .FirstOrDefault(missing => missing is not null),
        (JsonArray { Count: > 0 } array, JsonArray { Count: > 0 } other) => FindMissing(array[0], other[0], $"{path}[0]"),
        (JsonArray, JsonArray) => null,
        _ when present is null || recorded.GetValueKind() == present.GetValueKind() => null,
        _ => $"{path} was a {recorded.GetValueKind()} and is a {present.GetValueKind()}",
    };
}
