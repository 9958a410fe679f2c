using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The route of a task's history: as a list, or as a stream that goes on while the task does.</summary>
public sealed class TaskEventsFunctions
{
    private const string LastEventHeader = "Last-Event-ID";

    private readonly ITaskStore _store;
    private readonly TaskSignals _signals;
    private readonly TimeProvider _time;

    /// <summary>Creates the functions.</summary>
    public TaskEventsFunctions(ITaskStore store, TaskSignals signals, TimeProvider time)
    {
        _store = store;
        _signals = signals;
        _time = time;
    }

    /// <summary>Shows a task's history; as server-sent events when the caller accepts <c>text/event-stream</c>.</summary>
    [Function(nameof(GetTaskEvents))]
    public async Task<IActionResult> GetTaskEvents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}/events")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var task = TaskAnswers.Parse(id);
        var after = ReadAfter(request);
        var events = await _store.GetEventsAsync(task, after, cancellationToken);
        if (events.Count == 0 && await _store.GetAsync(task, cancellationToken) is null)
            throw TaskAnswers.NotFound(id);

        if (!EventStream.IsWanted(request))
            return new JsonAnswer<TaskEventsView>(new TaskEventsView([.. events.Select(TaskEventView.Of)]), ApiJson.Api.TaskEventsView);

        var stream = new EventStream(_store, _signals, _time, task, after);
        await stream.OpenAsync(request.HttpContext.Response, cancellationToken);
        return stream;
    }

    /// <summary>The number of the last event that the caller has: from the header that browsers send by themselves, else from the query.</summary>
    private static int ReadAfter(HttpRequest request)
    {
        var faults = new List<Fault>();
        var after = 0;
        foreach (var (name, values) in request.Query)
        {
            if (!name.Equals("after", StringComparison.OrdinalIgnoreCase))
                faults.Add(new Fault(JsonPointer.Join("", name), "There is no such parameter; there is: after."));
            else if (values.Count != 1 || !TryParse(values[0], out after))
                faults.Add(new Fault("/after", "It must be the number of an event."));
        }

        if (request.Headers.TryGetValue(LastEventHeader, out var header) && !TryParse(header.ToString(), out after))
            faults.Add(new Fault("/" + LastEventHeader, "The header must be the number of an event."));
        return faults.Count == 0 ? after : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }

    private static bool TryParse(string? text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
