using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>What an orchestrator sees of the platform: takes down what it decides, and hands it what arrives.</summary>
internal sealed class PlayedContext(string orchestrator, string instance, JsonNode? input) : TaskOrchestrationContext
{
    private static readonly JsonSerializerOptions _options = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The longest time between two tries of a policy that does not say.</summary>
    private static readonly TimeSpan _longestPause = new RetryPolicy(1, TimeSpan.FromSeconds(1)).MaxRetryInterval;

    private readonly SortedDictionary<int, OpenCall> _open = [];
    private readonly Stack<(string Name, Action<JsonNode?> Take)> _waits = new();
    private readonly List<Arrival> _events = [];
    private List<Decision> _decided = [];
    private int _next;
    private int _guids;

    public override TaskName Name => orchestrator;

    public override string InstanceId => instance;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => Now;

    public override bool IsReplaying => false;

    public override TaskOrchestrationEntityFeature Entities => new PlayedEntities(this);

    /// <summary>What its clock shows.</summary>
    public DateTime Now { get; set; }

    /// <summary>What it goes on with in place of ending; null: it ends.</summary>
    public Decision? Again { get; private set; }

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    public static JsonNode? Write(object? value) => JsonSerializer.SerializeToNode(value);

    /// <summary>What was decided since the last time.</summary>
    public IReadOnlyList<Decision> TakeDecided()
    {
        var decided = _decided;
        _decided = [];
        return decided;
    }

    /// <summary>The number of the oldest thing of a kind that it waits for.</summary>
    public int Oldest(bool isTimer) => _open.First(call => call.Value.FireAt is not null == isTimer).Key;

    public DateTime FireAt(int timer) => _open[timer].FireAt!.Value;

    /// <summary>Hands over what has arrived. What it does not wait for any more is passed over, as engines do.</summary>
    public void Deliver(Arrival arrival)
    {
        if (arrival.Kind == ArrivalKind.Event)
            Raise(arrival);
        else if (_open.Remove(arrival.Of!.Value, out var call))
            call.Complete(arrival);
    }

    public Task<T> CallAsync<T>(Decision decision, Func<int, Exception> failure)
    {
        var id = Decide(decision);
        var source = new TaskCompletionSource<T>();
        _open.Add(id, new OpenCall(FireAt: null, arrival =>
        {
            try
            {
                if (arrival.Kind == ArrivalKind.Failure)
                    source.SetException(failure(id));
                else
                    source.SetResult(arrival.Payload.Deserialize<T>(_options)!);
            }
            catch (JsonException exception)
            {
                source.SetException(exception);
            }
        }));
        return source.Task;
    }

    public int Decide(Decision decision)
    {
        _decided.Add(decision);
        return _next++;
    }

    public static TaskFailureDetails Failure { get; } = new("System.InvalidOperationException", "It could not be carried out.", null, null, null);

    public override T? GetInput<T>()
        where T : default => input is null ? default : input.Deserialize<T>(_options);

    public override async Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) => await CallActivityAsync<JsonNode?>(name, input, options);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallAsync<TResult>(new Decision(DecisionKind.Activity, name.Name, Write(input), RetryOf(options)), id => new TaskFailedException(name.Name, id, Failure));

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallAsync<TResult>(new Decision(DecisionKind.Child, orchestratorName.Name, Write(input), RetryOf(options)), id => new TaskFailedException(orchestratorName.Name, id, Failure));

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var id = Decide(new Decision(DecisionKind.Timer, Input: JsonValue.Create(fireAt)));
        var source = new TaskCompletionSource();
        _open.Add(id, new OpenCall(fireAt, _ => source.TrySetResult()));
        cancellationToken.Register(() =>
        {
            if (_open.Remove(id))
                source.TrySetCanceled(cancellationToken);
        });
        return source.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        var source = new TaskCompletionSource<T>();
        void Take(JsonNode? payload) => source.TrySetResult(payload.Deserialize<T>(_options)!);
        if (_events.FindIndex(arrival => IsSame(arrival.Name, eventName)) is >= 0 and var kept)
        {
            Take(_events[kept].Payload);
            _events.RemoveAt(kept);
        }
        else
        {
            _waits.Push((eventName, Take));
        }

        return source.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload) => Decide(new Decision(DecisionKind.Send, eventName, Write(payload)));

    public override void SetCustomStatus(object? customStatus)
    {
        // Not in the history.
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => Again = new Decision(DecisionKind.ContinueAsNew, Input: Write(newInput));

    /// <summary>Counted, as on the platform: every time the same.</summary>
    public override Guid NewGuid() => new(_guids++, 0, 0, new byte[8]);

    private void Raise(Arrival arrival)
    {
        if (_waits.TryPeek(out var wait) && IsSame(wait.Name, arrival.Name!))
            _waits.Pop().Take(arrival.Payload);
        else
            _events.Add(arrival);
    }

    private static bool IsSame(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>All of a policy that shows in histories. What is as the platform has it without a word is not said, so that what was recorded before holds.</summary>
    private static string? RetryOf(TaskOptions? options)
    {
        if (options?.Retry?.Policy is not { } policy)
            return null;

        var most = policy.MaxRetryInterval == _longestPause ? "" : FormattableString.Invariant($", at most {policy.MaxRetryInterval} apart");
        var limit = policy.RetryTimeout == Timeout.InfiniteTimeSpan ? "" : FormattableString.Invariant($", for {policy.RetryTimeout} in all");
        return FormattableString.Invariant($"{policy.MaxNumberOfAttempts} times, first after {policy.FirstRetryInterval}, then times {policy.BackoffCoefficient}{most}{limit}");
    }

    /// <param name="FireAt">Of a timer.</param>
    private sealed record OpenCall(DateTime? FireAt, Action<Arrival> Complete);
}
