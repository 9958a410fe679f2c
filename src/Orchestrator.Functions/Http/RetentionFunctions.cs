using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Retention;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The route that removes tasks which are over their time now, without waiting for the timer.</summary>
public sealed class RetentionFunctions(RetentionRunner runner, ITaskTypeCatalog types, IOptionsMonitor<RetentionOptions> retention, IOptionsMonitor<HttpOptions> http)
{
    private const int MaxJsonDepth = 4;

    /// <summary>Runs once: 200 with what was removed.</summary>
    [Function(nameof(RunRetention))]
    public async Task<IActionResult> RunRetention(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "retention/run")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, http.CurrentValue.MaxBodyBytes, cancellationToken);
        var age = ReadAge(body);
        var trail = AuditTrail.Of(request).Changed("age", null, age is { } told ? Durations.ToText(told) : "as the settings and types say");
        var rules = age is { } all ? RetentionRules.OfAge(all) : new RetentionRules(retention.CurrentValue.Times, await types.ListAsync(cancellationToken));
        var run = await runner.RunAsync(client, rules, retention.CurrentValue.TasksPerRun, cancellationToken);
        trail.Changed("removed", null, run.Removed.ToString(CultureInfo.InvariantCulture)).Changed("isMore", null, run.IsMore ? "true" : "false");
        return new JsonAnswer<RetentionRunView>(new RetentionRunView(run.Removed, [.. run.DroppedDays], run.IsMore), ApiJson.Api.RetentionRunView);
    }

    /// <summary>The age in a body, which may be empty; null: none, so that tasks are kept as long as they are to be.</summary>
    private static TimeSpan? ReadAge(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return null;
        var faults = StrictJson.Check(body.Span, MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        var root = JsonElement.Parse(body.Span);
        if (root.ValueKind != JsonValueKind.Object)
            throw Refuse("", "The body must be a JSON object with the field 'age', or empty.");
        if (root.EnumerateObject().FirstOrDefault(property => property.Name != "age") is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw Refuse(JsonPointer.Join("", other.Name), "There is no such field. The field is: age.");
        if (!root.TryGetProperty("age", out var age) || age.ValueKind == JsonValueKind.Null)
            return null;

        return age.ValueKind == JsonValueKind.String && Durations.TryParse(age.GetString(), out var duration) && duration <= TaskRetention.Longest
            ? duration
            : throw Refuse("/age", $"It must be {Durations.Form}, from 0 to 3,650 days.");
    }

    private static ProblemException Refuse(string pointer, string message) => new(KnownProblems.InvalidRetention([new Fault(pointer, message)]));
}

/// <summary>What a run has removed.</summary>
/// <param name="Removed">Tasks.</param>
/// <param name="DroppedDays">UTC days whose tables were dropped.</param>
/// <param name="IsMore">Whether there may be more that is over its time.</param>
internal sealed record RetentionRunView(int Removed, IReadOnlyList<DateOnly> DroppedDays, bool IsMore);
