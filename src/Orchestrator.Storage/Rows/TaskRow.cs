using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>
/// A task as a row. Changes are merges of the columns that differ, so columns of a newer release survive. A merge cannot
/// remove a column: what is no longer there is written as "" or <see cref="NoTime"/>.
/// </summary>
internal static class TaskRow
{
    public const int SchemaVersion = 2;

    /// <summary>Stands for no time; the earliest that the table service takes.</summary>
    private static readonly DateTimeOffset NoTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The whole row of a new task.</summary>
    public static TableEntity Create(TaskRecord task)
    {
        var row = new TableEntity(TaskKeys.Partition(task.Id.Shard), TaskKeys.Task(task.Id));
        foreach (var (name, value) in Columns(task))
            row[name] = value;
        AddPayload(row, TaskColumns.Input, TaskColumns.InputChunks, TaskColumns.InputHash, task.Input);
        AddPayload(row, TaskColumns.Output, TaskColumns.OutputChunks, TaskColumns.OutputHash, task.Output);
        return row;
    }

    /// <summary>The columns in which <paramref name="after"/> differs, as a row to merge.</summary>
    public static TableEntity Merge(TaskRecord before, TaskRecord after)
    {
        var row = new TableEntity(TaskKeys.Partition(after.Id.Shard), TaskKeys.Task(after.Id));
        var old = Columns(before);
        var now = Columns(after);
        foreach (var (name, value) in now)
        {
            if (!old.TryGetValue(name, out var oldValue) || !Equals(oldValue, value))
                row[name] = value;
        }

        foreach (var name in old.Keys.Where(name => !now.ContainsKey(name)))
            row[name] = Nothing(name);

        // Payloads are written once: an input with the task, an output with its end.
        if (before.Output is null)
            AddPayload(row, TaskColumns.Output, TaskColumns.OutputChunks, TaskColumns.OutputHash, after.Output);
        return row;
    }

    /// <summary>The state index row: what a list shows.</summary>
    public static TableEntity StateIndex(TaskRecord task)
    {
        var row = new TableEntity(TaskKeys.Partition(task.Id.Shard), TaskKeys.State(task.State, task.Id));
        var columns = Columns(task);
        foreach (var name in TaskColumns.Listed)
        {
            if (columns.TryGetValue(name, out var value))
                row[name] = value;
        }

        return row;
    }

    /// <summary>Reads a task row or a state index row. Payloads in chunks are left null.</summary>
    public static TaskRecord Read(TableEntity row)
    {
        var holder = Text(row, TaskColumns.LeaseHolder);
        var attempt = row.GetInt32(TaskColumns.Attempt) ?? 0;
        var epoch = row.GetInt64(TaskColumns.LeaseEpoch) ?? 0;
        var code = Text(row, TaskColumns.ErrorCode);
        return new TaskRecord
        {
            Id = TaskId.Parse(row.RequireText(TaskColumns.Id)),
            Type = row.RequireText(TaskColumns.Type),
            TypeVersion = row.GetInt32(TaskColumns.TypeVersion) ?? 1,
            Title = row.GetString(TaskColumns.Title) ?? "",
            State = Enum.Parse<TaskState>(row.RequireText(TaskColumns.State)),
            Priority = row.GetInt32(TaskColumns.Priority) ?? TaskLimits.DefaultPriority,
            Tags = Text(row, TaskColumns.Tags) is { } tags ? JsonSerializer.Deserialize<string[]>(tags, Json)! : [],
            Parent = Text(row, TaskColumns.Parent),
            Correlation = Text(row, TaskColumns.Correlation),
            Input = row.GetString(TaskColumns.Input),
            Output = row.GetString(TaskColumns.Output),
            Error = code is null ? null : new TaskError(code, row.GetString(TaskColumns.ErrorMessage) ?? ""),
            Retry = Text(row, TaskColumns.Retry) is { } retry ? RetryColumn.Read(retry) : RetryPolicy.Default,
            AttemptTimeLimit = Milliseconds(row, TaskColumns.AttemptTimeLimit),
            Attempt = attempt,
            LeaseEpoch = epoch,
            HeartbeatTimeout = row.GetInt64(TaskColumns.HeartbeatTimeout) is { } heartbeat and > 0 ? TimeSpan.FromMilliseconds(heartbeat) : null,
            ExpiresAt = Time(row, TaskColumns.ExpiresAt),
            FinishBy = Time(row, TaskColumns.FinishBy),
            Name = Text(row, TaskColumns.Name),
            IdempotencyKey = Text(row, TaskColumns.IdempotencyKey),
            IdempotencyScope = row.GetString(TaskColumns.IdempotencyScope) ?? "",
            TraceParent = Text(row, TaskColumns.TraceParent),
            SubmittedBy = Text(row, TaskColumns.SubmittedBy),
            RerunOf = Text(row, TaskColumns.RerunOf),
            DependsOn = Text(row, TaskColumns.DependsOn) is { } dependencies
                ? new TaskDependencies(Ids(dependencies), Enum.Parse<DependencyCondition>(row.RequireText(TaskColumns.DependencyCondition)))
                : null,
            WaitingFor = Text(row, TaskColumns.WaitingFor) is { } waitingFor ? Ids(waitingFor) : [],
            HasDependents = row.GetBoolean(TaskColumns.HasDependents) ?? false,
            Callback = Text(row, TaskColumns.CallbackUrl) is { } callback
                ? new TaskCallback(callback, Enum.Parse<CallbackState>(row.RequireText(TaskColumns.CallbackState)))
                : null,
            Lease = holder is null ? null : new AttemptLease(attempt, epoch, holder, Milliseconds(row, TaskColumns.LeaseDuration))
            {
                Deadline = Time(row, TaskColumns.LeaseDeadline),
                IsPending = row.GetBoolean(TaskColumns.LeaseIsPending) ?? false,
            },
            Slots = Text(row, TaskColumns.Slots)?.Split(',') ?? [],
            Agent = Text(row, TaskColumns.Agent),
            CancelRequested = row.GetBoolean(TaskColumns.CancelRequested) ?? false,
            PauseRequested = row.GetBoolean(TaskColumns.PauseRequested) ?? false,
            DueAt = Time(row, TaskColumns.DueAt),
            LastEvent = row.GetInt32(TaskColumns.LastEvent) ?? 0,
            Unstarted = row.GetBoolean(TaskColumns.Unstarted) ?? false,
            UpdatedAt = Time(row, TaskColumns.UpdatedAt) ?? default,
            StartedAt = Time(row, TaskColumns.StartedAt),
            FinishedAt = Time(row, TaskColumns.FinishedAt),
        };
    }

    /// <summary>Every column that has a value, except payloads.</summary>
    private static Dictionary<string, object> Columns(TaskRecord task)
    {
        var columns = new Dictionary<string, object>(28, StringComparer.Ordinal)
        {
            [TaskColumns.Schema] = SchemaVersion,
            [TaskColumns.Id] = task.Id.ToString(),
            [TaskColumns.Type] = task.Type,
            [TaskColumns.TypeVersion] = task.TypeVersion,
            [TaskColumns.State] = task.State.ToString(),
            [TaskColumns.Priority] = task.Priority,
            [TaskColumns.Retry] = RetryColumn.Write(task.Retry),
            [TaskColumns.AttemptTimeLimit] = (long)task.AttemptTimeLimit.TotalMilliseconds,
            [TaskColumns.Attempt] = task.Attempt,
            [TaskColumns.LeaseEpoch] = task.LeaseEpoch,
            [TaskColumns.CancelRequested] = task.CancelRequested,
            [TaskColumns.LastEvent] = task.LastEvent,
            [TaskColumns.Unstarted] = task.Unstarted,
            [TaskColumns.UpdatedAt] = task.UpdatedAt,
        };
        AddText(columns, TaskColumns.Title, task.Title);
        AddText(columns, TaskColumns.Tags, task.Tags.Count == 0 ? null : JsonSerializer.Serialize(task.Tags, Json));
        AddText(columns, TaskColumns.Parent, task.Parent);
        AddText(columns, TaskColumns.Correlation, task.Correlation);
        AddText(columns, TaskColumns.ErrorCode, task.Error?.Code);
        AddText(columns, TaskColumns.ErrorMessage, task.Error?.Message);
        AddText(columns, TaskColumns.Agent, task.Agent);
        AddMore(columns, task);
        AddTime(columns, TaskColumns.DueAt, task.DueAt);
        AddTime(columns, TaskColumns.StartedAt, task.StartedAt);
        AddTime(columns, TaskColumns.FinishedAt, task.FinishedAt);
        if (task.Lease is { } lease)
        {
            columns[TaskColumns.LeaseHolder] = lease.Holder;
            columns[TaskColumns.LeaseDuration] = (long)lease.Duration.TotalMilliseconds;
            AddTime(columns, TaskColumns.LeaseDeadline, lease.Deadline);
            AddFlag(columns, TaskColumns.LeaseIsPending, lease.IsPending);
        }

        return columns;
    }

    /// <summary>What a plain task has nothing of: written only where it says something.</summary>
    private static void AddMore(Dictionary<string, object> columns, TaskRecord task)
    {
        if (task.HeartbeatTimeout is { } heartbeat)
            columns[TaskColumns.HeartbeatTimeout] = (long)heartbeat.TotalMilliseconds;
        AddTime(columns, TaskColumns.ExpiresAt, task.ExpiresAt);
        AddTime(columns, TaskColumns.FinishBy, task.FinishBy);
        AddText(columns, TaskColumns.Name, task.Name);
        AddText(columns, TaskColumns.IdempotencyKey, task.IdempotencyKey);
        AddText(columns, TaskColumns.IdempotencyScope, task.IdempotencyScope);
        AddText(columns, TaskColumns.TraceParent, task.TraceParent);
        AddText(columns, TaskColumns.SubmittedBy, task.SubmittedBy);
        AddText(columns, TaskColumns.RerunOf, task.RerunOf);
        AddText(columns, TaskColumns.DependsOn, task.DependsOn is null ? null : string.Join(',', task.DependsOn.Tasks));
        AddText(columns, TaskColumns.DependencyCondition, task.DependsOn?.Condition.ToString());
        AddText(columns, TaskColumns.WaitingFor, string.Join(',', task.WaitingFor));
        AddFlag(columns, TaskColumns.HasDependents, task.HasDependents);
        AddText(columns, TaskColumns.CallbackUrl, task.Callback?.Url);
        AddText(columns, TaskColumns.CallbackState, task.Callback?.State.ToString());
        AddText(columns, TaskColumns.Slots, string.Join(',', task.Slots));
        AddFlag(columns, TaskColumns.PauseRequested, task.PauseRequested);
    }

    private static void AddFlag(Dictionary<string, object> columns, string name, bool value)
    {
        if (value)
            columns[name] = true;
    }

    private static void AddText(Dictionary<string, object> columns, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            columns[name] = value;
    }

    private static void AddTime(Dictionary<string, object> columns, string name, DateTimeOffset? value)
    {
        if (value is not null)
            columns[name] = value.Value;
    }

    private static void AddPayload(TableEntity row, string inline, string chunks, string hash, string? payload)
    {
        if (payload is null)
            return;

        if (PayloadChunks.Of(payload) is { } chunked)
        {
            row[chunks] = chunked.Count;
            row[hash] = chunked.Hash;
        }
        else
        {
            row[inline] = payload;
        }
    }

    /// <summary>What is written in place of a value that is gone.</summary>
    public static object Nothing(string column) => column switch
    {
        TaskColumns.DueAt or TaskColumns.StartedAt or TaskColumns.FinishedAt or TaskColumns.ExpiresAt or TaskColumns.FinishBy or TaskColumns.LeaseDeadline => NoTime,
        TaskColumns.LeaseDuration or TaskColumns.HeartbeatTimeout => 0L,
        TaskColumns.LeaseIsPending or TaskColumns.HasDependents or TaskColumns.PauseRequested => false,
        _ => "",
    };

    private static TaskId[] Ids(string text) => [.. text.Split(',').Select(TaskId.Parse)];

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Time(TableEntity row, string column) => row.GetDateTimeOffset(column) is { } time && time > NoTime ? time : null;

    private static TimeSpan Milliseconds(TableEntity row, string column) => TimeSpan.FromMilliseconds(row.GetInt64(column) ?? 0);
}
