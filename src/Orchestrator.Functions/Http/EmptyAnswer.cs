using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;

namespace Orchestrator.Functions.Http;

/// <summary>An answer without a body.</summary>
/// <param name="status">The status.</param>
internal sealed class EmptyAnswer(int status) : IStatusCodeActionResult
{
    /// <summary>The status.</summary>
    public int Status { get; } = status;

    /// <inheritdoc/>
    int? IStatusCodeActionResult.StatusCode => Status;

    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context)
    {
        context.HttpContext.Response.StatusCode = Status;
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
