using Microsoft.AspNetCore.Mvc;

namespace Orchestrator.Functions.Http;

/// <summary>An answer without a body.</summary>
/// <param name="status">The status.</param>
internal sealed class EmptyAnswer(int status) : IActionResult
{
    /// <summary>The status.</summary>
    public int Status { get; } = status;

    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = Status;
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
