using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Routing;

/// <summary>What every request and every answer has to put up with: headers that let a browser do nothing with an answer, no control characters in ids, a body within its time.</summary>
internal sealed class ShieldMiddleware(IOptionsMonitor<HttpOptions> options, AppAddress address, TimeProvider time) : IFunctionsWorkerMiddleware
{
    /// <summary>Headers that we store and show again.</summary>
    private static readonly string[] KeptHeaders = [TasksFunctions.IdempotencyKeyHeader, "traceparent", "Last-Event-ID"];

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()!;
        Guard(http);
        Check(http.Request);
        http.Request.Body = new TimedBody(http.Request.Body, options.CurrentValue.BodyTimeout, time);
        await next(context);
    }

    private void Guard(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";

        // Where a host listens in the app's place it ends TLS, and the worker sees http. Browsers heed the header over TLS alone, so that it harms nobody there.
        if (http.Request.IsHttps || !address.IsOwn)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    private static void Check(HttpRequest request)
    {
        foreach (var (name, value) in request.RouteValues)
        {
            if (value?.ToString() is { } text && text.Any(char.IsControl))
                throw new ProblemException(KnownProblems.ControlCharacter($"'{name}' in the address"));
        }

        foreach (var name in KeptHeaders)
        {
            if (request.Headers[name].Any(value => value is not null && value.Any(char.IsControl)))
                throw new ProblemException(KnownProblems.ControlCharacter($"the header {name}"));
        }
    }
}
