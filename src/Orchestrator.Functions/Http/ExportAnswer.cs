using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>An export, written piece by piece: no more than one task of it is in memory.</summary>
internal sealed class ExportAnswer(TaskExporter exporter, TaskRecord task, DateTimeOffset at) : IActionResult
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, MaxDepth = 256 };

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"task-{task.Id}.json\"";
        await using var writer = new Utf8JsonWriter(response.Body, Options);
        await exporter.WriteAsync(writer, task, at, context.HttpContext.RequestAborted);
        await writer.FlushAsync(context.HttpContext.RequestAborted);
    }
}
