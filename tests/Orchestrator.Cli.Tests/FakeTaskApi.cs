using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Cli.Tests;

/// <summary>
/// The app's HTTP API on a free loopback port. A task goes one state on each time it is asked for: Queued, Running, and
/// then what <see cref="Work"/> makes of its type and input.
/// </summary>
internal sealed class FakeTaskApi : IAsyncDisposable
{
    private static readonly DateTimeOffset _created = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, JsonObject> _tasks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _idsByKey = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private int _lastId;

    private FakeTaskApi(WebApplication app) => _app = app;

    /// <summary>What a task comes to: its output, or an exception whose message becomes its error.</summary>
    public Func<string, JsonNode, JsonNode> Work { get; set; } = (_, _) => new JsonObject();

    /// <summary>Answers a request before the API does; null lets the API answer.</summary>
    public Func<HttpRequest, IResult?> Intercept { get; set; } = _ => null;

    public Uri Address => new(_app.Urls.Single() + "/");

    /// <summary>Type and input of every task, in the order of submission.</summary>
    public IEnumerable<(string Type, JsonNode Input)> Submitted =>
        _tasks.OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => ((string)task.Value["type"]!, task.Value["input"]!));

    public static async Task<FakeTaskApi> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new FakeTaskApi(app);
        app.Run(async context => await (await api.AnswerAsync(context.Request)).ExecuteAsync(context));
        await app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        if (Intercept(request) is { } answer)
            return answer;
        var path = request.Path.Value!;
        if (request.Method == "POST" && path == "/api/tasks")
            return Submit((JsonObject)(await JsonNode.ParseAsync(request.Body))!);
        if (request.Method == "GET" && path.StartsWith("/api/tasks/", StringComparison.Ordinal) && _tasks.TryGetValue(path["/api/tasks/".Length..], out var task))
            return Advance(task);
        if (path == "/api/health")
            return Answer(200, """{"status":"Healthy","checks":{"storage":{"status":"Healthy","detail":"fine"}},"version":"0.1.0"}""");
        return Answer(404, """{"title":"Not found","status":404,"code":"task_not_found","detail":"There is no such task."}""", "application/problem+json");
    }

    private ContentResult Submit(JsonObject body)
    {
        var id = _idsByKey.GetOrAdd((string)body["idempotencyKey"]!, _ => Interlocked.Increment(ref _lastId).ToString("D6", CultureInfo.InvariantCulture));
        var task = _tasks.GetOrAdd(id, _ => new JsonObject
        {
            ["id"] = id,
            ["type"] = (string)body["type"]!,
            ["title"] = (string?)body["title"],
            ["state"] = "Queued",
            ["input"] = body["input"]!.DeepClone(),
            ["output"] = null,
            ["error"] = null,
            ["attempt"] = 0,
            ["createdAt"] = _created,
        });
        return Answer(202, Text(task));
    }

    private ContentResult Advance(JsonObject task)
    {
        lock (task)
        {
            if ((string)task["state"]! == "Queued")
                task["state"] = "Running";
            else if ((string)task["state"]! == "Running")
                Finish(task);
        }

        return Answer(200, Text(task));
    }

    private void Finish(JsonObject task)
    {
        task["finishedAt"] = _created.AddMilliseconds(250);
        try
        {
            task["output"] = Work((string)task["type"]!, task["input"]!);
            task["state"] = "Succeeded";
        }
        catch (InvalidOperationException exception)
        {
            task["state"] = "Failed";
            task["error"] = new JsonObject { ["code"] = "agent_error", ["message"] = exception.Message };
        }
    }

    private static string Text(JsonObject task)
    {
        lock (task)
            return task.ToJsonString(JsonSerializerOptions.Web);
    }

    public static ContentResult Answer(int status, string body, string contentType = "application/json") => new(status, body, contentType);

    internal sealed class ContentResult(int status, string body, string contentType) : IResult
    {
        public Action<HttpResponse>? Configure { get; init; }

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = contentType;
            Configure?.Invoke(httpContext.Response);
            await httpContext.Response.WriteAsync(body);
        }
    }
}
