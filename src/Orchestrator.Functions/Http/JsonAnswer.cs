using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;

namespace Orchestrator.Functions.Http;

/// <summary>
/// An answer whose JSON is written by our own serializer options: those of the worker differ between its ways to answer, and a
/// <c>JsonResult</c> would follow whatever MVC is configured with.
/// </summary>
/// <param name="value">The body.</param>
/// <param name="typeInfo">How to write it.</param>
internal sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> typeInfo) : IStatusCodeActionResult
{
    /// <summary>What is answered with.</summary>
    public T Value { get; } = value;

    /// <summary>The status; 200 when nothing is said.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The media type.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>The Location header; none when null.</summary>
    public string? Location { get; init; }

    /// <summary>The ETag header; none when null.</summary>
    public string? ETag { get; init; }

    /// <summary>The Retry-After header, rounded up to whole seconds; none when null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    int? IStatusCodeActionResult.StatusCode => Status;

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;

        // Serialized before anything is sent, so that a fault here can still become a proper answer.
        var body = JsonSerializer.SerializeToUtf8Bytes(Value, typeInfo);
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (Location is not null)
            response.Headers.Location = Location;
        if (ETag is not null)
            response.Headers.ETag = ETag;
        if (RetryAfter is { } delay)
            response.Headers.RetryAfter = ((int)Math.Ceiling(delay.TotalSeconds)).ToString();

        await response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }
}
