using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Demo;

/// <summary>
/// The demo's tasks: one lists the files, then one digests each of them, then one makes the report of what was digested.
/// Each step's output is the next one's input.
/// </summary>
/// <param name="runId">Begins the idempotency keys of this run's tasks.</param>
internal sealed class DemoRun(TaskApi api, IDemoProgress progress, TimeProvider time, string runId)
{
    private readonly TaskBatch _batch = new(api, progress, time);

    /// <exception cref="CommandException">No file matches.</exception>
    /// <exception cref="ApiException">The app refused a task.</exception>
    public async Task<DemoResult> RunAsync(DemoPlan plan, CancellationToken cancellationToken)
    {
        var list = (await _batch.RunAsync([List(plan)], cancellationToken))[0];
        if (!list.HasSucceeded)
            return new DemoResult([list], Matching: 0, Report: null);
        var output = list.Task.Output!.Value;
        List<JsonElement> files = [.. output.GetProperty("files").EnumerateArray()];
        if (files.Count == 0)
            throw new CommandException($"No file of {plan.Folder} matches '{plan.Pattern}': give another --folder or --pattern.");

        var matching = output.GetProperty("matching").GetInt32();
        var digests = await _batch.RunAsync([.. files.Select(Digest)], cancellationToken);
        JsonElement[] digested = [.. digests.Where(line => line.HasSucceeded).Select(line => line.Task.Output!.Value)];
        if (digested.Length == 0)
            return new DemoResult([list, .. digests], matching, Report: null);

        var report = (await _batch.RunAsync([Report(plan, digested)], cancellationToken))[0];
        var path = report.HasSucceeded ? report.Task.Output!.Value.GetProperty("path").GetString() : null;
        return new DemoResult([list, .. digests, report], matching, path);
    }

    private PlannedTask List(DemoPlan plan)
    {
        var input = new JsonObject { ["folder"] = plan.Folder, ["pattern"] = plan.Pattern, ["limit"] = plan.MaxFiles };
        if (plan.Paths is not null)
            input["paths"] = new JsonArray([.. plan.Paths.Select(path => JsonValue.Create(path))]);
        return Plan("files.list", input, plan.Folder, "list");
    }

    private PlannedTask Digest(JsonElement file, int index)
    {
        var path = file.GetProperty("path").GetString()!;
        var input = new JsonObject { ["folder"] = file.GetProperty("folder").GetString(), ["path"] = path };
        return Plan("text.digest", input, path, $"digest-{index}");
    }

    private PlannedTask Report(DemoPlan plan, JsonElement[] digests)
    {
        var input = new JsonObject
        {
            ["title"] = $"Texts of {plan.Folder}",
            ["digests"] = new JsonArray([.. digests.Select(digest => JsonNode.Parse(digest.GetRawText()))]),
            ["writeTo"] = plan.Report,
        };
        return Plan("report.markdown", input, plan.Report, "report");
    }

    private PlannedTask Plan(string type, JsonObject input, string label, string key) =>
        new(new NewTask(type, input, Title($"{type} {label}"), $"{runId}-{key}"), label);

    /// <summary>The API takes titles of up to 200 characters; the end of a path tells more than its beginning.</summary>
    private static string Title(string text) => text.Length <= 200 ? text : "…" + text[^199..];
}
