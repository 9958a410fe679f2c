using System.Collections.ObjectModel;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>
/// All that an orchestrator may use to reach the world. Its code runs again and again from the start against what has
/// already happened, so it must do the same each time: no clock, randomness, input or output but through this.
/// </summary>
public abstract class TaskOrchestrationContext
{
    private ReplaySafeLoggerFactory? _replaySafeLoggerFactory;

    public abstract TaskName Name { get; }

    public abstract string InstanceId { get; }

    /// <summary>Null for an orchestration that no other one started.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time at which the present turn began; it stands still during a turn.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the code is being run again over what it has already done.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version that the orchestration was started with; empty for none.</summary>
    public virtual string Version => string.Empty;

    public virtual IReadOnlyDictionary<string, object?> Properties { get; } = ReadOnlyDictionary<string, object?>.Empty;

    public virtual TaskOrchestrationEntityFeature Entities =>
        throw new NotSupportedException($"Durable entities are not supported by {GetType()}.");

    public virtual ILoggerFactory ReplaySafeLoggerFactory => _replaySafeLoggerFactory ??= new(this, () => LoggerFactory);

    protected abstract ILoggerFactory LoggerFactory { get; }

    public abstract T? GetInput<T>();

    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) => CallActivityAsync<TResult>(name, null, options);

    /// <summary>Runs an activity: at least once, possibly several times at once.</summary>
    /// <exception cref="TaskFailedException">It failed for good.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Starts another orchestration and waits for its result.</summary>
    /// <exception cref="TaskFailedException">It failed for good, or was terminated.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Ends at <paramref name="fireAt"/>, or cancelled.</summary>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event, or takes one that has arrived before. Of several waits for a name the last is served first.</summary>
    /// <param name="eventName">Compared without regard to case.</param>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <inheritdoc cref="WaitForExternalEvent{T}(string, CancellationToken)"/>
    /// <exception cref="TaskCanceledException">It has not arrived in time.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var noTimer = new CancellationTokenSource();
        using var noEvent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = CreateTimer(timeout, noTimer.Token);
        var arrival = WaitForExternalEvent<T>(eventName, noEvent.Token);

        // Cancelled on this thread: the pool must not run orchestrator code.
        var late = await Task.WhenAny(timer, arrival) == arrival ? noTimer : noEvent;
        late.Cancel();
        return await arrival;
    }

    /// <summary>Sends an event to another orchestration; it is not told whether that takes it.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Shows a value to those who ask for the instance's status; at most 16 KB as UTF-16 JSON.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Lets the orchestration start over with a new input and an empty history when its code ends.</summary>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A unique id that is the same on every replay.</summary>
    public abstract Guid NewGuid();

    public virtual ILogger CreateReplaySafeLogger(string categoryName) => new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger(categoryName));

    public virtual ILogger CreateReplaySafeLogger(Type type) => new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger(type));

    public virtual ILogger CreateReplaySafeLogger<T>() => new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger<T>());

    /// <inheritdoc cref="TaskOrchestrationVersioningUtils.CompareVersions"/>
    public virtual int CompareVersionTo(string version) => TaskOrchestrationVersioningUtils.CompareVersions(Version, version);

    // A context that wraps another may well give the other's replay-safe factory for its own.
    private ILoggerFactory UnwrappedLoggerFactory()
    {
        var factory = LoggerFactory;
        for (var depth = 0; factory is ReplaySafeLoggerFactory wrapped; depth++)
        {
            factory = depth < 10
                ? wrapped.Underlying
                : throw new InvalidOperationException($"{nameof(LoggerFactory)} of {GetType()} leads back to itself; it must not give {nameof(ReplaySafeLoggerFactory)} of the same context.");
        }

        return factory;
    }
}
