using System.Text.Json;

namespace Orchestrator.Agents.Builtin;

/// <summary>
/// Waits: until a time, or for a while from the moment at which the task could begin. Nothing sleeps meanwhile; the attempt is deferred and begins
/// anew when the time has come.
/// </summary>
internal sealed class WaitAgent(TimeProvider time) : IAgent
{
    public const string TaskType = "wait";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        if (FindFaults(context.Input).FirstOrDefault() is { } fault)
            throw new AgentException("input_invalid", $"{fault.Pointer}: {fault.Message}", isRetryable: false);

        var until = Until(context);
        return Task.FromResult(until <= time.GetUtcNow() ? AgentResult.Of(new { Until = until.UtcDateTime }) : AgentResult.DeferUntil(until));
    }

    /// <summary>Finds what is wrong with an input: an object with either <c>duration</c> or <c>until</c>.</summary>
    public static IEnumerable<Fault> FindFaults(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
            return [new Fault("", "It must be an object with 'duration' or 'until'.")];

        var others = input.EnumerateObject().Where(property => property.Name is not ("duration" or "until"))
            .Select(property => new Fault(JsonPointer.Join("", property.Name), "There is no such field. The fields are: duration, until."));
        return others.Concat((Text(input, "duration"), Text(input, "until")) switch
        {
            (null, null) => [new Fault("", "Either 'duration' or 'until' is needed, as a string.")],
            (not null, not null) => [new Fault("/until", "There is a duration too; give one of them.")],
            ({ } duration, null) when !Durations.TryParse(duration, out var parsed) || parsed < TimeSpan.Zero || parsed > Longest =>
                [new Fault("/duration", $"It must be {Durations.Form}, from 0 to {Longest.TotalDays} days.")],
            (null, { } until) when !IsoTime.TryParse(until, out _) => [new Fault("/until", $"It must be {IsoTime.Form}.")],
            _ => Enumerable.Empty<Fault>(),
        });
    }

    private static DateTimeOffset Until(AgentContext context)
    {
        if (Text(context.Input, "until") is { } text && IsoTime.TryParse(text, out var until))
            return until;

        return Durations.TryParse(Text(context.Input, "duration"), out var duration)
            ? context.StartedAt + duration
            : throw new InvalidOperationException("The input was checked and has neither a duration nor a time.");
    }

    private static string? Text(JsonElement input, string name) =>
        input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
