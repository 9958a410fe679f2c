using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>
/// A task's events as server-sent events (WHATWG HTML, section 9.2): each with its number as id, so that a client that comes back goes on exactly
/// where it was. A comment is sent every 15 s, and after 200 s the stream ends, as the cloud's balancer would cut it off some time later. After
/// the last event of a task that is over, and called back where that is wanted, it ends too; a client that comes back then is answered with 204, which tells it to stop.
/// </summary>
internal sealed class EventStream : IActionResult
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/event-stream";

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(200);
    private static readonly TimeSpan CommentInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly ITaskStore _store;
    private readonly TaskSignals _signals;
    private readonly TimeProvider _time;
    private readonly TaskId _task;
    private TaskSignals.Listener? _listener;
    private IReadOnlyList<TaskEvent> _events = [];
    private bool _isOver;
    private int _last;

    /// <param name="after">Number of the last event that the client has.</param>
    public EventStream(ITaskStore store, TaskSignals signals, TimeProvider time, TaskId task, int after)
    {
        _store = store;
        _signals = signals;
        _time = time;
        _task = task;
        _last = after;
    }

    /// <summary>Whether a request asks for a stream.</summary>
    public static bool IsWanted(HttpRequest request) => request.Headers.Accept.Any(accept => accept?.Contains(MediaType, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Reads what there is, while a failure can still be answered as one.</summary>
    /// <param name="response">What the stream will be written to; it listens until that is done.</param>
    public async Task OpenAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        _listener = _signals.Listen(_task);
        response.RegisterForDispose(_listener);

        // In this order: a task that ends in between has an event that the client does not have.
        _isOver = await IsOverAsync(cancellationToken);
        _events = await _store.GetEventsAsync(_task, _last, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        var cancellationToken = context.HttpContext.RequestAborted;
        var listener = _listener ?? throw new InvalidOperationException("The stream has not been opened.");
        if (_events.Count == 0 && _isOver)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await StreamAsync(response, listener.Next, _events, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private async Task StreamAsync(HttpResponse response, Task<TaskSignal> changed, IReadOnlyList<TaskEvent> events, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var spoken = begun;
        while (true)
        {
            if (events.Count > 0)
            {
                await SendAsync(response, events, cancellationToken);
                spoken = _time.GetTimestamp();
                if (events.Any(IsLate) && await IsOverAsync(cancellationToken))
                    return;
            }
            else if (_time.GetElapsedTime(spoken) >= CommentInterval)
            {
                await response.WriteAsync(": still here\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
                spoken = _time.GetTimestamp();
            }

            if (_time.GetElapsedTime(begun) >= Length)
                return;

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(LookInterval, _time, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();

            // Whatever else has been told meanwhile is in storage, and read now.
            while (changed.IsCompletedSuccessfully)
                changed = (await changed).Next;
            events = await _store.GetEventsAsync(_task, _last, cancellationToken);
        }
    }

    private async Task SendAsync(HttpResponse response, IReadOnlyList<TaskEvent> events, CancellationToken cancellationToken)
    {
        foreach (var entry in events)
        {
            var json = JsonSerializer.Serialize(TaskEventView.Of(entry), ApiJson.Api.TaskEventView);
            await response.WriteAsync($"id: {entry.Number}\nevent: {entry.Type}\ndata: {json}\n\n", cancellationToken);
            _last = entry.Number;
        }

        await response.Body.FlushAsync(cancellationToken);
    }

    private async Task<bool> IsOverAsync(CancellationToken cancellationToken) =>
        await _store.GetAsync(_task, cancellationToken) is not { Record: var task }
        || (task.State.IsTerminal() && task.Callback is not { State: CallbackState.Pending } && task.LastEvent <= _last);

    /// <summary>Whether the event may be the last.</summary>
    private static bool IsLate(TaskEvent entry) => entry.Type is TaskEventType.Succeeded or TaskEventType.Failed or TaskEventType.Cancelled or TaskEventType.Expired
        or TaskEventType.CallbackDelivered or TaskEventType.CallbackFailed;
}
