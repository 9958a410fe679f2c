using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The route that gives all there is of a task as one file.</summary>
public sealed class ExportFunctions(ITaskStore store, IAttemptStore attempts, ITaskTypeCatalog types, TimeProvider time)
{
    /// <summary>Exports a task: definition, task, attempts with their logs, events, and its children in the same way.</summary>
    [Function(nameof(ExportTask))]
    public async Task<IActionResult> ExportTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}/export")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        if (await store.GetAsync(TaskAnswers.Parse(id), cancellationToken) is not { Record: var task })
            throw TaskAnswers.NotFound(id);

        // What fails here can still be told; later the file is broken off.
        var exporter = new TaskExporter(store, attempts, types);
        return new ExportAnswer(exporter, await exporter.ReadHeadAsync(task, cancellationToken), time.GetUtcNow());
    }
}
