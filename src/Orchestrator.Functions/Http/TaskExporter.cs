using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.History;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Http;

/// <summary>Writes all there is of a task. The format is documented; what is added to it later is new fields, anything else a new number.</summary>
internal sealed class TaskExporter(ITaskStore store, IAttemptStore attempts, ITaskTypeCatalog types)
{
    /// <summary>Names the format.</summary>
    public const string Format = "orchestrator.task";

    /// <summary>Number of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>Generations below the task that are exported as a whole.</summary>
    public const int MaxDepth = 3;

    /// <summary>Tasks below the task that are exported as a whole; of the others, the ids.</summary>
    public const int MaxChildren = 100;

    /// <summary>Ids of other children that are named for each task.</summary>
    public const int MaxIds = 1_000;

    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, MaxDepth = 256 };

    private int _left = MaxChildren;

    /// <summary>Reads what a task's part of the file begins with.</summary>
    public async Task<Head> ReadHeadAsync(TaskRecord task, CancellationToken cancellationToken) =>
        new(task, await types.GetPinnedAsync(task.Type, task.TypeVersion, cancellationToken), (await attempts.GetReportAsync(task.Id, cancellationToken))?.Report);

    /// <summary>Writes the file; what is written is sent off after each part.</summary>
    public async Task WriteAsync(PipeWriter pipe, Head head, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(pipe, Options);
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteNumber("formatVersion", FormatVersion);
        writer.WriteString("exportedAt", at.UtcDateTime);
        await WriteFieldsAsync(new Target(pipe, writer), head, depth: 0, cancellationToken);
        writer.WriteEndObject();
    }

    private async Task WriteFieldsAsync(Target target, Head head, int depth, CancellationToken cancellationToken)
    {
        var writer = target.Json;
        var (task, type, report) = head;
        WriteDefinition(writer, type);
        writer.WritePropertyName("task");
        JsonSerializer.Serialize(writer, TaskView.Of(task, report), ApiJson.Api.TaskView);
        await target.SendAsync(cancellationToken);

        var events = await store.GetEventsAsync(task.Id, 0, cancellationToken);
        writer.WriteStartArray("attempts");
        foreach (var attempt in AttemptHistory.Of(events))
        {
            var said = report is not null && report.Attempt == attempt.Number ? ProgressView.Of(report) : null;
            var log = await attempts.GetLogAsync(task.Id, attempt.Number, cancellationToken);
            JsonSerializer.Serialize(writer, ExportedAttemptView.Of(attempt, said, log), ApiJson.Api.ExportedAttemptView);
            await target.SendAsync(cancellationToken);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("events");
        foreach (var entry in events)
            JsonSerializer.Serialize(writer, TaskEventView.Of(entry), ApiJson.Api.TaskEventView);
        writer.WriteEndArray();
        await WriteChildrenAsync(target, task.Id, depth, cancellationToken);
    }

    private static void WriteDefinition(Utf8JsonWriter writer, TaskType? type)
    {
        if (type is null)
        {
            writer.WriteNull("definition");
            return;
        }

        writer.WriteStartObject("definition");
        TaskTypeWriter.WriteDefinition(writer, type);
        writer.WriteNumber("version", type.Version);
        writer.WriteEndObject();
    }

    /// <summary>The oldest children as a whole, as far as the bounds allow; of the others, the ids.</summary>
    private async Task WriteChildrenAsync(Target target, TaskId id, int depth, CancellationToken cancellationToken)
    {
        var writer = target.Json;
        var (ids, isMore) = await ReadChildrenAsync(id, cancellationToken);
        var named = new List<TaskId>();
        writer.WriteStartArray("children");
        foreach (var child in ids)
        {
            if (depth >= MaxDepth || _left == 0)
            {
                named.Add(child);
            }
            else if (await store.GetAsync(child, cancellationToken) is { Record: var task })
            {
                _left--;
                writer.WriteStartObject();
                await WriteFieldsAsync(target, await ReadHeadAsync(task, cancellationToken), depth + 1, cancellationToken);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        writer.WriteStartArray("otherChildren");
        foreach (var child in named)
            writer.WriteStringValue(child.ToString());
        writer.WriteEndArray();
        writer.WriteBoolean("hasMoreChildren", isMore);
        await target.SendAsync(cancellationToken);
    }

    private async Task<(IReadOnlyList<TaskId> Ids, bool IsMore)> ReadChildrenAsync(TaskId id, CancellationToken cancellationToken)
    {
        var ids = new List<TaskId>();
        string? token = null;
        do
        {
            // No child is older than its parent, but for clocks that differ.
            var query = new TaskQuery { Parent = id.ToString(), From = id.CreatedAt - ClockDifference, PageSize = 200, ContinuationToken = token };
            if (await store.ListAsync(query, cancellationToken) is not TaskListing.Page page)
                break;
            ids.AddRange(page.Tasks.Select(task => task.Id));
            token = page.ContinuationToken;
        }
        while (token is not null && ids.Count < MaxIds);
        return ([.. ids.Order()], token is not null);
    }

    /// <summary>What a task's part of the file begins with.</summary>
    /// <param name="Type">The definition that it was submitted with; null when that is gone.</param>
    /// <param name="Report">What its attempt said last.</param>
    internal sealed record Head(TaskRecord Task, TaskType? Type, AttemptReport? Report);

    /// <summary>Where the file goes.</summary>
    private sealed record Target(PipeWriter Pipe, Utf8JsonWriter Json)
    {
        /// <summary>Sends off what is written; waits while whoever receives it is slow.</summary>
        public async Task SendAsync(CancellationToken cancellationToken)
        {
            await Json.FlushAsync(cancellationToken);
            await Pipe.FlushAsync(cancellationToken);
        }
    }
}

/// <summary>An attempt as it is exported: as the API shows it, without the task's input and output.</summary>
internal sealed record ExportedAttemptView(
    int Attempt,
    AttemptState State,
    string? Agent,
    int TakeOvers,
    TaskError? Error,
    DateTime StartedAt,
    DateTime? EndedAt,
    ProgressView? Progress,
    IReadOnlyList<LogLineView> Log)
{
    public static ExportedAttemptView Of(AttemptHistory attempt, ProgressView? progress, IReadOnlyList<AttemptLogLine> log) => new(
        attempt.Number,
        attempt.State,
        attempt.Agent,
        attempt.TakeOvers,
        attempt.Error,
        attempt.StartedAt.UtcDateTime,
        attempt.EndedAt?.UtcDateTime,
        progress,
        [.. log.Select(line => new LogLineView(line.At.UtcDateTime, line.Level, line.Text))]);
}
