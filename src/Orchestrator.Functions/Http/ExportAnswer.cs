using Microsoft.AspNetCore.Mvc;

namespace Orchestrator.Functions.Http;

/// <summary>An export, written piece by piece: no more than one task of it is in memory.</summary>
internal sealed class ExportAnswer(TaskExporter exporter, TaskExporter.Head head, DateTimeOffset at) : IActionResult
{
    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"task-{head.Task.Id}.json\"";
        await exporter.WriteAsync(response.BodyWriter, head, at, context.HttpContext.RequestAborted);
    }
}
