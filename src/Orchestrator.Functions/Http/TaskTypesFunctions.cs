using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Problems;
using Orchestrator.Storage.TaskTypes;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of task types.</summary>
public sealed class TaskTypesFunctions
{
    private readonly TaskTypeRegistry _types;
    private readonly LimiterKeeper _limiters;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public TaskTypesFunctions(TaskTypeRegistry types, LimiterKeeper limiters, IOptionsMonitor<HttpOptions> options)
    {
        _types = types;
        _limiters = limiters;
        _options = options.CurrentValue;
    }

    /// <summary>Lists all task types, by name.</summary>
    [Function(nameof(ListTaskTypes))]
    public async Task<IActionResult> ListTaskTypes(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "task-types")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var types = await _types.ListDefinedAsync(cancellationToken);
        return new JsonAnswer<TaskTypeListView>(new TaskTypeListView([.. types.Select(TaskTypeSummaryView.Of)]), ApiJson.Api.TaskTypeListView);
    }

    /// <summary>Shows a task type: the version in force, or the one asked for.</summary>
    [Function(nameof(GetTaskType))]
    public async Task<IActionResult> GetTaskType(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "task-types/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken)
    {
        var version = ReadVersion(request.Query);
        var found = version is { } number
            ? await _types.FindVersionAsync(name, number, cancellationToken)
            : await _types.FindDefinedAsync(name, cancellationToken);
        return found is not null ? Answer(found) : throw new ProblemException(KnownProblems.TaskTypeNotFound(name, version));
    }

    /// <summary>Defines a task type: 201 when there was none, else 200. The same content again changes nothing.</summary>
    [Function(nameof(PutTaskType))]
    public async Task<IActionResult> PutTaskType(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "task-types/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var mayReplace = VersionPrecondition.Of(request);
        var type = Read(await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken), name);
        var before = await _types.FindDefinedAsync(name, cancellationToken);
        var outcome = await _types.PutAsync(type, mayReplace, cancellationToken);
        if (outcome is PutTaskTypeOutcome.Created or PutTaskTypeOutcome.Replaced)
            await _limiters.ChangeAsync(client, name);
        AuditTrail.Of(request).Changed("version", before?.Type.Version.ToString(CultureInfo.InvariantCulture), VersionOf(outcome));
        return outcome switch
        {
            PutTaskTypeOutcome.Created created => Answer(created.Type, StatusCodes.Status201Created),
            PutTaskTypeOutcome.Replaced replaced => Answer(replaced.Type),
            PutTaskTypeOutcome.PreconditionFailed failed => throw new ProblemException(KnownProblems.PreconditionFailed(name, failed.Current)),
            var other => throw new InvalidOperationException($"Putting a task type cannot come to {other.GetType()}."),
        };
    }

    /// <summary>Deletes what the API has defined: 204. What lies beneath is in force again.</summary>
    [Function(nameof(DeleteTaskType))]
    public async Task<IActionResult> DeleteTaskType(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "task-types/{name}")] HttpRequest request,
        string name,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var before = await _types.FindDefinedAsync(name, cancellationToken);
        var outcome = await _types.DeleteAsync(name, VersionPrecondition.Of(request), cancellationToken);
        if (outcome is DeleteTaskTypeOutcome.Deleted)
        {
            await _limiters.ChangeAsync(client, name);
            AuditTrail.Of(request).Changed("version", before?.Type.Version.ToString(CultureInfo.InvariantCulture), after: null);
        }

        return outcome switch
        {
            DeleteTaskTypeOutcome.Deleted => new EmptyAnswer(StatusCodes.Status204NoContent),
            DeleteTaskTypeOutcome.NotFound => throw new ProblemException(KnownProblems.TaskTypeNotFound(name)),
            DeleteTaskTypeOutcome.NotDeletable refused => throw new ProblemException(KnownProblems.TaskTypeNotDeletable(name, refused.Source)),
            DeleteTaskTypeOutcome.PreconditionFailed failed => throw new ProblemException(KnownProblems.PreconditionFailed(name, failed.Current)),
            var other => throw new InvalidOperationException($"Deleting a task type cannot come to {other.GetType()}."),
        };
    }

    private static string? VersionOf(PutTaskTypeOutcome outcome) => outcome switch
    {
        PutTaskTypeOutcome.Created created => created.Type.Type.Version.ToString(CultureInfo.InvariantCulture),
        PutTaskTypeOutcome.Replaced replaced => replaced.Type.Type.Version.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private TaskType Read(ReadOnlyMemory<byte> body, string name)
    {
        var faults = StrictJson.Check(body.Span, TaskTypeReader.MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        using var document = JsonDocument.Parse(body, TaskTypeReader.JsonOptions);
        var type = TaskTypeReader.Read(document.RootElement, name, out faults);
        if (type is not null)
            faults = _types.FindFaults(type);
        return type is not null && faults.Count == 0 ? type : throw new ProblemException(KnownProblems.InvalidTaskType(faults));
    }

    private JsonAnswer<TaskTypeView> Answer(DefinedTaskType defined, int status = StatusCodes.Status200OK)
    {
        var view = new TaskTypeView(defined, _types.FindWarnings(defined.Type));
        return new JsonAnswer<TaskTypeView>(view, ApiJson.Api.TaskTypeView)
        {
            Status = status,
            ETag = view.ETag,
            Location = status == StatusCodes.Status201Created ? $"/api/task-types/{defined.Type.Name}" : null,
        };
    }

    private static int? ReadVersion(IQueryCollection query)
    {
        var faults = new List<Fault>();
        int? version = null;
        foreach (var (name, values) in query)
        {
            var pointer = JsonPointer.Join("", name);
            if (!name.Equals("version", StringComparison.OrdinalIgnoreCase))
                faults.Add(new Fault(pointer, "There is no such parameter; there is: version."));
            else if (values.Count == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                version = number;
            else
                faults.Add(new Fault(pointer, "It must be one whole number from 1."));
        }

        return faults.Count == 0 ? version : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
