using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Http;

/// <summary>Runs a function for one request and answers it.</summary>
internal sealed partial class HttpInvocation(ILogger<HttpInvocation> logger)
{
    /// <summary>The key of the request in <see cref="FunctionContext.Items"/>, as the real platform has it.</summary>
    public const string ContextKey = "HttpRequestContext";

    public async Task RunAsync(HttpContext http, TriggeredFunction function)
    {
        var invocation = new TriggerInvocation
        {
            Value = http.Request,
            BindingData = BindingData(http.Request.RouteValues),
            TraceParent = http.Request.Headers.TraceParent is [{ } parent] ? parent : null,
            Prepare = context =>
            {
                context.Items[ContextKey] = http;
                http.RequestServices = context.InstanceServices;
            },
            Complete = context => AnswerAsync(context, http),
        };
        try
        {
            await function.InvokeAsync(invocation, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogCallerGone(logger, function.Name);
        }
        catch (Exception fault)
        {
            LogFailed(logger, function.Name, fault);
            Fail(http, fault);
        }
    }

    private static async Task AnswerAsync(FunctionContext context, HttpContext http)
    {
        var answer = context.GetInvocationResult().Value;
        if (answer is not (IActionResult or IResult))
            answer = context.GetOutputBindings<object>().FirstOrDefault(output => output.BindingType == "http")?.Value;
        switch (answer)
        {
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
                break;
            case IResult result:
                await result.ExecuteAsync(http);
                break;
        }
    }

    /// <summary>An empty 500, or the status that Kestrel gives a request it refuses to read on.</summary>
    private static void Fail(HttpContext http, Exception fault)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = fault is BadHttpRequestException refused ? refused.StatusCode : StatusCodes.Status500InternalServerError;
    }

    private static Dictionary<string, object?> BindingData(RouteValueDictionary routeValues)
    {
        var data = new Dictionary<string, object?>(routeValues.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in routeValues)
            data[name] = value;
        return data;
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "The function '{Function}' failed; the caller was answered 500.")]
    private static partial void LogFailed(ILogger logger, string function, Exception fault);

    [LoggerMessage(EventId = 202, Level = LogLevel.Debug, Message = "The caller of the function '{Function}' has gone.")]
    private static partial void LogCallerGone(ILogger logger, string function);
}
