using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cli.Api;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Api;

public sealed class TaskApiTests : IAsyncLifetime
{
    private static readonly NewTask _task = new("text.digest", new JsonObject { ["path"] = "a.md" }, "A title", "key-1");

    private readonly ManualTimeProvider _time = new();
    private FakeTaskApi _server = null!;
    private TaskApi _api = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeTaskApi.StartAsync();
        _api = new TaskApi(_server.Address, _time);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task SubmitAsync_Task_SendsTheContractsBody()
    {
        string? body = null;
        _server.Intercept = request =>
        {
            body ??= request.Method == "POST" ? Read(request) : null;
            return FakeTaskApi.Answer(202, """{"id":"1","type":"text.digest","state":"Queued","createdAt":"2026-01-01T00:00:00Z"}""");
        };

        var task = await _api.SubmitAsync(_task, CancellationToken.None);

        Assert.Equal("""{"type":"text.digest","input":{"path":"a.md"},"title":"A title","idempotencyKey":"key-1"}""", body);
        Assert.Equal(("1", TaskState.Queued), (task.Id, task.State));
    }

    [Fact]
    public async Task GetAsync_TaskOver_HasOutputAndTimes()
    {
        _server.Work = (_, _) => new JsonObject { ["words"] = 3 };
        var id = (await _api.SubmitAsync(_task, CancellationToken.None)).Id;

        var running = await _api.GetAsync(id, CancellationToken.None);
        var over = await _api.GetAsync(id, CancellationToken.None);

        Assert.Equal((TaskState.Running, TaskState.Succeeded), (running.State, over.State));
        Assert.Equal(3, over.Output!.Value.GetProperty("words").GetInt32());
        Assert.Equal(TimeSpan.FromMilliseconds(250), over.FinishedAt - over.CreatedAt);
    }

    [Fact]
    public async Task GetAsync_TaskFailed_HasItsError()
    {
        _server.Work = (_, _) => throw new InvalidOperationException("broken");
        var id = (await _api.SubmitAsync(_task, CancellationToken.None)).Id;
        await _api.GetAsync(id, CancellationToken.None);

        Assert.Equal(new TaskError("agent_error", "broken"), (await _api.GetAsync(id, CancellationToken.None)).Error);
    }

    [Fact]
    public async Task SubmitAsync_Refused_NamesCodeAndEveryFault()
    {
        _server.Intercept = _ => FakeTaskApi.Answer(
            400,
            """
            {"type":"about:blank","title":"Bad request","status":400,"code":"invalid_task","detail":"The task is not valid.",
             "errors":[{"pointer":"/type","message":"Unknown type."},{"pointer":"/priority","message":"Must be 0 to 9."}],"traceId":"x"}
            """,
            "application/problem+json; charset=utf-8");

        var exception = await Assert.ThrowsAsync<ApiException>(() => _api.SubmitAsync(_task, CancellationToken.None));

        Assert.Equal(
            "POST /api/tasks was answered with 400 invalid_task: The task is not valid. /type: Unknown type. /priority: Must be 0 to 9.", exception.Message);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task"), (exception.Status, exception.Code));
    }

    [Theory]
    [InlineData("text/html", "<h1>no</h1>")]
    [InlineData("application/problem+json", "{ cut off")]
    public async Task GetAsync_RefusedWithoutProblem_NamesTheStatus(string contentType, string body)
    {
        _server.Intercept = _ => FakeTaskApi.Answer(500, body, contentType);

        var exception = await Assert.ThrowsAsync<ApiException>(() => _api.GetAsync("a/b", CancellationToken.None));

        Assert.Equal("GET /api/tasks/a%2Fb was answered with 500 InternalServerError.", exception.Message);
    }

    [Fact]
    public async Task SubmitAsync_StorageUnavailable_WaitsAsToldAndSendsAgain()
    {
        var answers = 0;
        _server.Intercept = _ => answers++ == 0
            ? new FakeTaskApi.ContentResult(503, """{"code":"storage_unavailable"}""", "application/problem+json") { Configure = response => response.Headers.RetryAfter = "7" }
            : null;

        var submitting = _api.SubmitAsync(_task, CancellationToken.None);
        await _time.WhenArmedAsync(1).WithinLimitAsync("the client waits before it sends again");
        Assert.Equal(TimeSpan.FromSeconds(7), _time.NextDue);
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(TaskState.Queued, (await submitting.WithinLimitAsync("the task is submitted")).State);
    }

    [Fact]
    public async Task SubmitAsync_StorageUnavailableForLong_GivesUpWithTheAnswer()
    {
        _server.Intercept = _ => FakeTaskApi.Answer(503, """{"code":"storage_unavailable","detail":"Storage does not answer."}""", "application/problem+json");

        var submitting = _api.SubmitAsync(_task, CancellationToken.None);
        await AdvanceUntilOverAsync(submitting);

        var exception = await Assert.ThrowsAsync<ApiException>(() => submitting);
        Assert.Equal("POST /api/tasks was answered with 503 storage_unavailable: Storage does not answer.", exception.Message);
        Assert.Equal(TimeSpan.FromSeconds(30), _time.GetElapsedTime(0));
    }

    [Fact]
    public async Task GetAsync_NobodyListens_TriesFor30SecondsThenGivesUp()
    {
        using var api = new TaskApi(new Uri($"http://127.0.0.1:{FreePort.Next()}/"), _time);

        var getting = api.GetAsync("1", CancellationToken.None);
        await AdvanceUntilOverAsync(getting);

        await Assert.ThrowsAsync<HttpRequestException>(() => getting);
        Assert.Equal(TimeSpan.FromSeconds(30), _time.GetElapsedTime(0));
    }

    [Fact]
    public async Task TryGetHealthAsync_Healthy_SaysSo() =>
        Assert.True((await _api.TryGetHealthAsync(CancellationToken.None))!.IsHealthy);

    [Fact]
    public async Task TryGetHealthAsync_Unhealthy_NamesWhatIsWrong()
    {
        _server.Intercept = _ => FakeTaskApi.Answer(
            503, """{"status":"Unhealthy","checks":{"storage":{"status":"Unhealthy","detail":"no answer"},"hub":{"status":"Healthy","detail":null}}}""");

        Assert.Equal("Unhealthy; storage: no answer", (await _api.TryGetHealthAsync(CancellationToken.None))!.ToString());
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, "not json")]
    public async Task TryGetHealthAsync_AnotherProgram_IsNull(int status, string body)
    {
        _server.Intercept = _ => FakeTaskApi.Answer(status, body);

        Assert.Null(await _api.TryGetHealthAsync(CancellationToken.None));
    }

    [Fact]
    public async Task TryGetHealthAsync_NobodyListens_IsNull()
    {
        using var api = new TaskApi(new Uri($"http://127.0.0.1:{FreePort.Next()}/"), _time);

        Assert.Null(await api.TryGetHealthAsync(CancellationToken.None));
    }

    private async Task AdvanceUntilOverAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, _time.WhenArmedAsync(1)).WithinLimitAsync("the client sends, or waits");
            if (!task.IsCompleted)
                _time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    private static string Read(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return reader.ReadToEndAsync().GetAwaiter().GetResult();
    }
}
