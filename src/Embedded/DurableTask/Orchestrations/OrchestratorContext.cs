using Embedded.DurableTask.History;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>The context of one execution: every call becomes a decision, every answer comes from the history.</summary>
internal sealed class OrchestratorContext(ExecutionState state, ILoggerFactory loggerFactory) : TaskOrchestrationContext
{
    /// <summary>The text that the real platform gives.</summary>
    public const string IllegalAwait =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator function's implementation or by middleware that invokes asynchronous code.";

    private OrchestratorEntities? _entities;

    public override TaskName Name => state.Start.Name;

    public override string InstanceId => state.InstanceId;

    public override ParentOrchestrationInstance? Parent { get; } =
        state.Start.Parent is { } parent ? new(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => state.Now;

    public override bool IsReplaying => state.IsReplaying;

    public override string Version => state.Start.Version ?? string.Empty;

    public override TaskOrchestrationEntityFeature Entities => _entities ??= new(this, state);

    /// <summary>The invocation of the function; null until it has begun.</summary>
    public FunctionContext? FunctionContext { get; set; }

    protected override ILoggerFactory LoggerFactory => loggerFactory;

    public override T? GetInput<T>()
        where T : default
    {
        RequirePump();
        return state.Converter.Deserialize<T>(state.Start.Input);
    }

    public override Guid NewGuid()
    {
        RequirePump();
        return state.NextGuid();
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RequirePump();
        RequireName(name);
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} value was provided for the activity input but no value was provided for {nameof(options)}. Did you actually mean to provide a {nameof(TaskOptions)} value for the {nameof(options)} parameter?",
                nameof(input));
        }

        var version = options?.Version is { } own ? own.Version : Version;
        var json = state.Converter.Serialize(input);
        return ResultOf<TResult>(name, await RetryLoop.RunAsync(this, options?.Retry, name, () => Decide(
            id => new ActivityScheduled(name, json) { TaskId = id, Version = NullIfEmpty(version), Tags = TagsOf(options) })));
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RequirePump();
        RequireName(orchestratorName);
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? state.NextGuid().ToString("N");
        InstanceIds.Validate(instanceId, nameof(options));
        _entities?.RequireNoLocksForSubOrchestration();
        var json = state.Converter.Serialize(input);
        return ResultOf<TResult>(orchestratorName, await RetryLoop.RunAsync(this, options?.Retry, orchestratorName, () => Decide(
            id => new SubOrchestrationScheduled(orchestratorName, instanceId, json)
            {
                TaskId = id,
                Version = NullIfEmpty(options?.Version?.Version),
                Tags = TagsOfChild(options),
            })));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        RequirePump();
        var id = state.Decisions.NextId();
        state.Decisions.Add(new TimerCreated(fireAt.ToUniversalTime()) { TaskId = id });
        var fired = state.Open.Add(id);
        using (cancellationToken.Register(() => state.Pump.RunInline(() => state.Open.Cancel(id, cancellationToken))))
        {
            await fired;
        }
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        RequirePump();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return state.Events.WaitAsync<T>(eventName, state.Pump, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        RequirePump();
        InstanceIds.Validate(instanceId, nameof(instanceId));
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var json = state.Converter.Serialize(payload);
        state.Decisions.Add(new EventSent(instanceId, eventName, json) { TaskId = state.Decisions.NextId() });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        RequirePump();
        state.CustomStatus.Set(state.Converter.Serialize(customStatus));
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        RequirePump();
        ArgumentNullException.ThrowIfNull(options);
        var buffered = state.Events.TakeBuffered();
        List<EventRaised> carriedOver = [.. state.StartOver?.CarriedOver ?? [], .. options.PreserveUnprocessedEvents ? buffered : []];
        var version = string.IsNullOrWhiteSpace(options.NewVersion) ? state.Start.Version : options.NewVersion;
        state.StartOver = new(state.Converter.Serialize(options.NewInput), version, carriedOver);
    }

    /// <summary>Makes a decision and waits for its answer.</summary>
    public Task<TaskOutcome> Decide(Func<int, Decision> decide, bool keepsExecutionOpen = true)
    {
        var id = state.Decisions.NextId();
        state.Decisions.Add(decide(id));
        return state.Open.Add(id, keepsExecutionOpen);
    }

    /// <summary>Only the pump may run the code, or its decisions would come in another order on every replay.</summary>
    public void RequirePump()
    {
        if (!state.Pump.IsCurrent)
        {
            throw new InvalidOperationException(IllegalAwait);
        }
    }

    private static void RequireName(TaskName name) => ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Dictionary<string, string>? TagsOf(TaskOptions? options) => options?.Tags is { Count: > 0 } tags ? new(tags) : null;

    /// <summary>Those of this orchestration, and the child's own on top of them.</summary>
    private Dictionary<string, string>? TagsOfChild(TaskOptions? options)
    {
        if (state.Start.Tags is not { } inherited)
        {
            return TagsOf(options);
        }

        var tags = new Dictionary<string, string>(inherited);
        foreach (var (key, value) in options?.Tags ?? new Dictionary<string, string>())
        {
            tags[key] = value;
        }

        return tags;
    }

    private T ResultOf<T>(string name, TaskOutcome outcome) => outcome.Failure is { } failure
        ? throw new TaskFailedException(name, outcome.TaskId, failure.ToDetails())
        : state.Converter.Deserialize<T>(outcome.Result)!;
}
