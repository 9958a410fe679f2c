using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.History;

/// <summary>How an attempt stands.</summary>
public enum AttemptState
{
    /// <summary>An agent works on it.</summary>
    Running = 0,

    /// <summary>Somebody outside is to complete it.</summary>
    Pending = 1,

    /// <summary>It has nothing to do yet and begins anew later.</summary>
    Deferred = 2,

    /// <summary>It has done the task.</summary>
    Succeeded = 3,

    /// <summary>It has failed.</summary>
    Failed = 4,

    /// <summary>It was stopped as the task was not wanted any more.</summary>
    Cancelled = 5,

    /// <summary>It was stopped as the task's time was up.</summary>
    Expired = 6,
}

/// <summary>One attempt as a task's events tell of it.</summary>
public sealed record AttemptHistory
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>How it stands.</summary>
    public AttemptState State { get; init; }

    /// <summary>The agent that works on it, or worked on it last.</summary>
    public string? Agent { get; init; }

    /// <summary>Epoch of its last lease: how often an attempt at the task was begun or taken over until then.</summary>
    public long Epoch { get; init; }

    /// <summary>When it began first.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How often another process took it over.</summary>
    public int TakeOvers { get; init; }

    /// <summary>Why it failed; null when it has not.</summary>
    public TaskError? Error { get; init; }

    /// <summary>Reads the attempts out of a task's events, in order.</summary>
    public static IReadOnlyList<AttemptHistory> Of(IReadOnlyList<TaskEvent> events)
    {
        var attempts = new SortedDictionary<int, AttemptHistory>();
        foreach (var entry in events)
        {
            if (entry.Attempt is not { } number)
                continue;

            attempts.TryGetValue(number, out var attempt);
            attempt ??= new AttemptHistory { Number = number, StartedAt = entry.At };
            attempts[number] = attempt.Apply(entry);
        }

        return [.. attempts.Values];
    }

    private AttemptHistory Apply(TaskEvent entry) => entry.Type switch
    {
        TaskEventType.Started => this with { State = AttemptState.Running, Agent = Text(entry, "agent"), Epoch = Number64(entry, "epoch"), EndedAt = null },
        TaskEventType.TakenOver => this with { State = AttemptState.Running, Agent = Text(entry, "agent"), Epoch = Number64(entry, "epoch"), TakeOvers = TakeOvers + 1 },
        TaskEventType.Pending => this with { State = AttemptState.Pending },
        TaskEventType.Deferred or TaskEventType.LeaseLapsed => this with { State = AttemptState.Deferred },
        TaskEventType.Retrying or TaskEventType.Failed => this with { State = AttemptState.Failed, EndedAt = entry.At, Error = ErrorOf(entry) },
        TaskEventType.Succeeded => this with { State = AttemptState.Succeeded, EndedAt = entry.At },
        TaskEventType.Cancelled => this with { State = AttemptState.Cancelled, EndedAt = entry.At },
        TaskEventType.Expired => this with { State = AttemptState.Expired, EndedAt = entry.At, Error = ErrorOf(entry) },
        _ => this,
    };

    private static TaskError? ErrorOf(TaskEvent entry) => Text(entry, "code") is { } code ? new TaskError(code, Text(entry, "message") ?? "") : null;

    private static string? Text(TaskEvent entry, string name) =>
        entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number64(TaskEvent entry, string name) =>
        entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
