using System.Net;
using System.Text;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Embedded.Functions.Tests.Http;

/// <summary>The section "HTTP" of real-behaviour.md, line by line.</summary>
public sealed class RealHttpBehaviourTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(typeof(SampleFunctions));

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("ok-object")]
    [InlineData("json-result")]
    public async Task ActionResult_WithAnObject_IsCamelCaseWithNumbersNullsAndNothingEscaped(string route)
    {
        using var response = await _app.Client.GetAsync("api/" + route);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"fullName":"é<>&","nothing":null,"day":5}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task OkObjectResult_WithText_IsPlainText()
    {
        using var response = await _app.Client.GetAsync("api/ok-text");

        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task OkObjectResult_WithNull_Is204() => await AssertEmptyAsync(HttpStatusCode.NoContent, "api/ok-null");

    [Fact]
    public async Task NotFoundResult_IsAnEmpty404() => await AssertEmptyAsync(HttpStatusCode.NotFound, "api/not-found");

    [Fact]
    public async Task ProblemDetails_IsProblemJson()
    {
        using var response = await _app.Client.GetAsync("api/problem");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("application/problem+json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"title":"Taken","status":409,"code":"taken"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task PlainObject_ReturnedAsObject_Is200WithAnEmptyBody() => await AssertEmptyAsync(HttpStatusCode.OK, "api/plain-object");

    [Theory]
    [InlineData("GET", "api/unknown")]
    [InlineData("GET", "")]
    [InlineData("GET", "api")]
    [InlineData("POST", "api/ok-text")]
    [InlineData("HEAD", "api/ok-text")]
    [InlineData("OPTIONS", "api/ok-text")]
    [InlineData("GET", "api/numbers/seven")]
    public async Task UnknownRouteWrongMethodOrFailedConstraint_IsAnEmpty404(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Empty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task UnhandledException_IsAnEmpty500AndLogged()
    {
        await AssertEmptyAsync(HttpStatusCode.InternalServerError, "api/throws");

        var error = Assert.Single(_app.Logs.Errors);
        Assert.Equal("The function 'Throws' failed; the caller was answered 500.", error.Message);
        Assert.Equal("boom", error.Exception?.Message);
        Assert.Equal(LogLevel.Error, error.Level);
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("""{"FullName":7}""")]
    [InlineData("\"text\"")]
    public async Task FromBody_ThatDoesNotParse_IsAnEmpty500(string body)
    {
        using var response = await _app.Client.PostAsync("api/body", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        var error = Assert.Single(_app.Logs.Errors);
        Assert.StartsWith("The body of the request to 'Body' is no Person: ", error.Exception?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"FullName":"Ada","Day":1}""")]
    [InlineData("""{"fullname":"Ada","day":1}""")]
    public async Task FromBody_IsReadWithoutRegardToCase(string body)
    {
        using var response = await _app.Client.PostAsync("api/body", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal("Ada Monday", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("api/OK-TEXT")]
    [InlineData("API/ok-text/")]
    public async Task Route_IgnoresCaseAndATrailingSlash(string path) => Assert.Equal("hello", await _app.Client.GetStringAsync(path));

    [Theory]
    [InlineData(typeof(AdminFunctions), "admin/tasks")]
    [InlineData(typeof(AdministratorFunctions), "Administrators")]
    public async Task Route_ThatBeginsWithAdmin_IsRefusedAtStart(Type functions, string route)
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(functions));

        Assert.Equal($"The function 'F' cannot be bound: its route '{route}' begins with 'admin', which the real platform keeps for itself.", fault.Message);
    }

    private async Task AssertEmptyAsync(HttpStatusCode status, string path)
    {
        using var response = await _app.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    public sealed record Person(string FullName, string? Nothing, DayOfWeek Day);

    public static class SampleFunctions
    {
        private static readonly Person Ada = new("é<>&", null, DayOfWeek.Friday);

        [Function("ok-object")]
        public static IActionResult OkObject([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkObjectResult(Ada);

        [Function("json-result")]
        public static IActionResult Json([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new JsonResult(Ada);

        [Function("ok-text")]
        public static IActionResult OkText([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkObjectResult("hello");

        [Function("ok-null")]
        public static IActionResult OkNull([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkObjectResult(null);

        [Function("not-found")]
        public static IActionResult NotFound([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new NotFoundResult();

        [Function("problem")]
        public static IActionResult Problem([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            new ObjectResult(new ProblemDetails { Status = 409, Title = "Taken", Extensions = { ["code"] = "taken" } });

        [Function("plain-object")]
        public static object PlainObject([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Ada;

        [Function("Throws")]
        public static IActionResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => throw new InvalidOperationException("boom");

        [Function("Number")]
        public static IActionResult Number([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{n:int}")] HttpRequest request, int n) =>
            new OkObjectResult($"{n}");

        [Function("Body")]
        public static IActionResult Body([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [FromBody] Person person) =>
            new OkObjectResult($"{person.FullName} {person.Day}");
    }

    public static class AdminFunctions
    {
        [Function("F")]
        public static void Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "admin/tasks")] HttpRequest request)
        {
        }
    }

    public static class AdministratorFunctions
    {
        [Function("F")]
        public static void Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "/Administrators/")] HttpRequest request)
        {
        }
    }
}
