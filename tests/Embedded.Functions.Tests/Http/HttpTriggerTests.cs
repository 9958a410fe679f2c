using System.Net;
using Embedded.Functions.Http;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Waiting;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Embedded.Functions.Tests.Http;

public sealed class HttpTriggerTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Functions = [typeof(RouteFunctions), typeof(GateFunctions)],
        Configure = builder => builder.Services.AddSingleton(_gate),
    });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("api/values/a%20b/3/11111111-2222-3333-4444-555555555555/Friday", "a b|3|11111111-2222-3333-4444-555555555555|Friday")]
    [InlineData("api/values/x/-1/11111111-2222-3333-4444-555555555555/friday", "x|-1|11111111-2222-3333-4444-555555555555|Friday")]
    public async Task RouteValues_FillParametersOfTheirName(string path, string expected) =>
        Assert.Equal(expected, await _app.Client.GetStringAsync(path));

    [Theory]
    [InlineData("api/optional", "none|7")]
    [InlineData("api/optional/x", "x|7")]
    public async Task RouteValue_ThatIsAbsent_LeavesTheDefault(string path, string expected) =>
        Assert.Equal(expected, await _app.Client.GetStringAsync(path));

    [Fact]
    public async Task RouteValue_ThatIsNoneOfItsType_IsAnEmpty500()
    {
        using var response = await _app.Client.GetAsync("api/loose/seven");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The parameter 'n' of the function 'Loose': 'seven' is no Int32.", Assert.Single(_app.Logs.Errors).Exception?.Message);
    }

    [Fact]
    public async Task CatchAll_TakesTheRest() => Assert.Equal("a/b/c", await _app.Client.GetStringAsync("api/rest/a/b/c"));

    [Fact]
    public async Task SameRoute_WithOtherMethods_IsAnotherFunction()
    {
        using var posted = await _app.Client.PostAsync("api/things", content: null);

        Assert.Equal("listed", await _app.Client.GetStringAsync("api/things"));
        Assert.Equal("added", await posted.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    public async Task Trigger_WithoutMethods_TakesAll(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/any");
        using var response = await _app.Client.SendAsync(request);

        Assert.Equal(method, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Result_OfMinimalApis_IsExecuted()
    {
        using var response = await _app.Client.GetAsync("api/minimal");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/here", response.Headers.Location?.ToString());
        Assert.Equal("""{"name":"é"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Body_OfTextOrBytes_IsGivenAsItIs()
    {
        using var response = await _app.Client.PostAsync("api/raw", new StringContent("é"));

        Assert.Equal("é 2", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Response_WrittenByTheFunction_Streams()
    {
        using var response = await _app.Client.GetAsync("api/stream", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);

        Assert.Equal("first", await reader.ReadLineAsync().WithinLimitAsync("the first line, before the function ends"));
        _gate.Open();
        Assert.Equal("second", await reader.ReadLineAsync().WithinLimitAsync("the second line"));
    }

    [Fact]
    public async Task Caller_WhoGoes_CancelsTheInvocation()
    {
        using var leave = new CancellationTokenSource();
        var call = _app.Client.GetAsync("api/waits", leave.Token);
        await _gate.Entered.WithinLimitAsync("the function runs");

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _gate.Cancelled.WithinLimitAsync("the invocation is cancelled");
        Assert.Empty(_app.Logs.Errors);
    }

    [Fact]
    public async Task Failure_AfterTheResponseBegan_CutsTheConnection() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => _app.Client.GetStringAsync("api/breaks"));

    [Fact]
    public async Task Body_OverTheLimit_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/raw") { Content = new ByteArrayContent([1]) };
        request.Content.Headers.ContentLength = HttpSettings.MaxRequestBodySize + 1;
        request.Headers.ExpectContinue = true;

        using var response = await _app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task RoutePrefix_OfHostJson_StandsBeforeEveryRoute()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(AnyFunctions)],
            Files = new Dictionary<string, string> { ["host.json"] = """{"extensions":{"http":{"routePrefix":"v1/x"}}}""" },
        });

        Assert.Equal("any", await app.Client.GetStringAsync("v1/x/AnyName"));
    }

    [Fact]
    public async Task RoutePrefix_ThatIsEmpty_LeavesTheBareRoute()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(AnyFunctions)],
            Files = new Dictionary<string, string> { ["host.json"] = """{"extensions":{"http":{"routePrefix":""}}}""" },
        });

        Assert.Equal("any", await app.Client.GetStringAsync("AnyName"));
    }

    [Fact]
    public void Address_IsOnLoopback_WithThePortThatWasBound()
    {
        var address = _app.Services.GetRequiredService<IEmbeddedHostAddress>().BaseAddress;

        Assert.Equal("127.0.0.1", address?.Host);
        Assert.NotEqual(0, address?.Port);
    }

    public sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Opened => _open.Task;

        public Task Entered => _entered.Task;

        public Task Cancelled => _cancelled.Task;

        public void Open() => _open.SetResult();

        public void Enter() => _entered.SetResult();

        public void Cancel() => _cancelled.SetResult();
    }

    public static class AnyFunctions
    {
        [Function("AnyName")]
        public static IActionResult Any([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new OkObjectResult("any");
    }

    public static class RouteFunctions
    {
        [Function("Values")]
        public static IActionResult Values(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "values/{name}/{n}/{id}/{day}")] HttpRequest request, string name, int n, Guid id, DayOfWeek day) =>
            new OkObjectResult($"{name}|{n}|{id}|{day}");

        [Function("Optional")]
        public static IActionResult Optional(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "optional/{name?}")] HttpRequest request, string? name, int other = 7) =>
            new OkObjectResult($"{name ?? "none"}|{other}");

        [Function("Loose")]
        public static IActionResult Loose([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "loose/{n}")] HttpRequest request, int n) =>
            new OkObjectResult(n);

        [Function("Rest")]
        public static IActionResult Rest([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rest/{*path}")] HttpRequest request, string path) =>
            new OkObjectResult(path);

        [Function("List")]
        public static IActionResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things")] HttpRequest request) => new OkObjectResult("listed");

        [Function("Add")]
        public static IActionResult Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "things")] HttpRequest request) => new OkObjectResult("added");

        [Function("Any")]
        public static IActionResult Any([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new OkObjectResult(request.Method);

        [Function("Minimal")]
        public static async Task<IResult> Minimal([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
        {
            await Task.Yield();
            return Results.Accepted("/here", new { Name = "é" });
        }

        [Function("Raw")]
        public static IActionResult Raw([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [FromBody] string text) =>
            new OkObjectResult($"{text} {request.ContentLength}");

        [Function("Breaks")]
        public static async Task Breaks([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
        {
            await request.HttpContext.Response.WriteAsync("begun");
            await request.HttpContext.Response.Body.FlushAsync();
            throw new InvalidOperationException("broken");
        }
    }

    public sealed class GateFunctions(Gate gate)
    {
        [Function("Stream")]
        public async Task Stream([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken)
        {
            var response = request.HttpContext.Response;
            await response.WriteAsync("first\n", cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            await gate.Opened.WaitAsync(cancellationToken);
            await response.WriteAsync("second\n", cancellationToken);
        }

        [Function("Waits")]
        public async Task Waits([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, FunctionContext context)
        {
            gate.Enter();
            try
            {
                await gate.Opened.WaitAsync(context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                gate.Cancel();
                throw;
            }
        }
    }
}
