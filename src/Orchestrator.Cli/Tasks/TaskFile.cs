using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Tasks;

/// <summary>An exported task, as far as it is shown.</summary>
internal sealed record TaskFile
{
    public const string ExpectedFormat = "orchestrator.task";
    public const int ExpectedVersion = 1;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, MaxDepth = 256 };

    public string? Format { get; init; }
    public int FormatVersion { get; init; }
    public DateTimeOffset? ExportedAt { get; init; }
    public JsonElement? Definition { get; init; }
    public ExportedTask? Task { get; init; }
    public IReadOnlyList<ExportedAttempt> Attempts { get; init => field = WithoutNulls(value); } = [];
    public IReadOnlyList<ExportedEvent> Events { get; init => field = WithoutNulls(value); } = [];
    public IReadOnlyList<TaskFile> Children { get; init => field = WithoutNulls(value); } = [];
    public IReadOnlyList<string> OtherChildren { get; init => field = WithoutNulls(value); } = [];
    public bool HasMoreChildren { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="name">What it is called, for errors.</param>
    /// <exception cref="CommandException">It is no exported task, or of a format that is not known here.</exception>
    public static async Task<TaskFile> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        TaskFile? file;
        try
        {
            file = await JsonSerializer.DeserializeAsync<TaskFile>(stream, _json, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{name} is no exported task: {exception.Message}", exception);
        }

        if (file?.Format != ExpectedFormat)
            throw new CommandException($"{name} is JSON, but no exported task: its 'format' is {(file?.Format is { } format ? $"'{format}'" : "missing")}, not '{ExpectedFormat}'. Make one with: orchestrator task export ID");
        if (file.FormatVersion != ExpectedVersion)
            throw new CommandException($"{name} has format version {file.FormatVersion}; this command reads version {ExpectedVersion}. Use the command of the release that made it.");
        return file.Task is null ? throw new CommandException($"{name} is no whole export: it has no 'task'.") : file;
    }

    /// <summary>A file may come from anywhere.</summary>
    internal static IReadOnlyList<T> WithoutNulls<T>(IReadOnlyList<T?>? list)
        where T : class => [.. (list ?? []).OfType<T>()];
}

/// <summary>The task of an export.</summary>
internal sealed record ExportedTask
{
    public required string Id { get; init; }
    public required string Type { get; init; }
    public int TypeVersion { get; init; }
    public string Title { get; init; } = "";
    public required TaskState State { get; init; }
    public int Priority { get; init; }
    public IReadOnlyList<string> Tags { get; init => field = TaskFile.WithoutNulls(value); } = [];
    public JsonElement? Input { get; init; }
    public JsonElement? Output { get; init; }
    public TaskError? Error { get; init; }
    public string? Name { get; init; }
    public string? Parent { get; init; }
    public string? CorrelationId { get; init; }
    public string? SubmittedBy { get; init; }
    public string? RerunOf { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

internal sealed record ExportedAttempt(
    int Attempt, string State, string? Agent, int TakeOvers, TaskError? Error, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, ExportedProgress? Progress, IReadOnlyList<ExportedLine>? Log);

internal sealed record ExportedProgress(int? Percent, string? Text);

internal sealed record ExportedLine(DateTimeOffset At, string Level, string Text);

internal sealed record ExportedEvent(int Number, string Type, DateTimeOffset At, int? Attempt, JsonElement? Detail);
