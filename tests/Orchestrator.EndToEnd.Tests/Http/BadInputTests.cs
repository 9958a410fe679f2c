using System.Net;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>What the app refuses, over the wire. Nothing here may be accepted: each test ends with an empty list of tasks.</summary>
public abstract class BadInputTests(AppFixture app)
{
    private const int BodyLimit = 4_259_840;

    [Theory]
    [InlineData("""{"type":"no.such"}""", "/type")]
    [InlineData("{}", "/type")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""{"type":7}""", "/type")]
    [InlineData("""{"type":"text.digest","input":{"path":"a.txt"},"priority":10}""", "/priority")]
    [InlineData("""{"type":"text.digest","input":{"path":"a.txt"},"priority":"high"}""", "/priority")]
    [InlineData("""{"type":"text.digest","input":{"path":"a.txt"},"tags":["a",1,""]}""", "/tags/1", "/tags/2")]
    [InlineData("""{"type":"text.digest","input":{"path":"a.txt"},"colour":"red","size/width":1}""", "/colour", "/size~1width")]
    [InlineData("""{"type":"text.digest","input":{}}""", "/input/path")]
    [InlineData("""{"type":"text.digest","input":{"path":5,"keyTerms":"ten"}}""", "/input/path", "/input/keyTerms")]
    [InlineData("""{"type":"no.such","title":1,"priority":-1,"tags":"a","idempotencyKey":"","other":0}""",
        "/type", "/title", "/tags", "/priority", "/idempotencyKey", "/other")]
    public async Task Submit_NotATask_IsRefusedNamingEveryFault(string body, params string[] pointers)
    {
        var answer = await app.Http.SubmitAsync(body);

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_task");
        Assert.Equal(pointers.Order(StringComparer.Ordinal), answer.Pointers.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "")]
    [InlineData("""{"type":"text.digest",}""", "/type")]
    [InlineData("""{"type":"text.digest"} {}""", "")]
    [InlineData("""{"type":"text.digest","type":"files.list"}""", "/type")]
    [InlineData("""{"type":"text.digest","priority":NaN}""", "/priority")]
    [InlineData("""{"type":"text.digest","title":"\ud800"}""", "/title")]
    [InlineData("\ufeff{}", "")]
    public async Task Submit_NotJson_IsRefusedNamingThePlace(string body, string pointer)
    {
        var answer = await app.Http.SubmitAsync(body);

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_json");
        Assert.Equal([pointer], answer.Pointers);
    }

    [Fact]
    public async Task Submit_NotUtf8_IsRefused()
    {
        var answer = await app.Http.SubmitAsync([0x7b, 0xff, 0x7d]);

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_json");
        Assert.Equal([""], answer.Pointers);
    }

    [Fact]
    public async Task Submit_BodyOverTheLimit_IsRefused()
    {
        var answer = await app.Http.SubmitAsync(Body(BodyLimit + 1));

        await AssertRefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        Assert.Equal("At most 4259840 bytes are accepted. Nothing was changed.", answer.Text("detail"));
    }

    [Fact]
    public async Task Submit_InputOverTheLimit_IsRefusedNamingIt()
    {
        var answer = await app.Http.SubmitAsync(Body(BodyLimit));

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_task");
        Assert.Equal(["/input"], answer.Pointers);
    }

    [Fact]
    public async Task Submit_KeyInBodyAndHeaderDiffer_IsRefused()
    {
        var answer = await app.Http.SubmitAsync("""{"type":"text.digest","input":{"path":"a.txt"},"idempotencyKey":"one"}""", idempotencyKey: "two");

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_task");
        Assert.Equal(["/idempotencyKey"], answer.Pointers);
    }

    [Theory]
    [InlineData("state=Sleeping", "/state")]
    [InlineData("state=0", "/state")]
    [InlineData("pageSize=0", "/pageSize")]
    [InlineData("pageSize=201&colour=red", "/pageSize", "/colour")]
    [InlineData("pageSize=1&pageSize=2", "/pageSize")]
    [InlineData("continuationToken=forged", "/continuationToken")]
    public async Task List_BadQuery_IsRefusedNamingEveryFault(string query, params string[] pointers)
    {
        var answer = await app.Http.GetAnswerAsync($"api/tasks?{query}");

        AssertProblem(answer, HttpStatusCode.BadRequest, "invalid_query");
        Assert.Equal(pointers, answer.Pointers);
    }

    [Theory]
    [InlineData("api/tasks/01M822NHQ7032CRF3PC0QSXM1V")]
    [InlineData("api/tasks/01M822NHQ7032CRF3PC0QSXM1V/events")]
    [InlineData("api/tasks/nonsense")]
    [InlineData("api/tasks/nonsense/events")]
    public async Task Get_NoSuchTask_IsNotFound(string address)
    {
        var answer = await app.Http.GetAnswerAsync(address);

        AssertProblem(answer, HttpStatusCode.NotFound, "task_not_found");
        Assert.Equal($"No task has the id '{address.Split('/')[2]}'.", answer.Text("detail"));
    }

    [Theory]
    [InlineData("01M822NHQ7032CRF3PC0QSXM1V")]
    [InlineData("nonsense")]
    public async Task Cancel_NoSuchTask_IsNotFound(string id) =>
        AssertProblem(await app.Http.CancelAsync(id), HttpStatusCode.NotFound, "task_not_found");

    [Fact]
    public async Task Get_UnknownRoute_IsAnEmptyNotFound()
    {
        var answer = await app.Http.GetAnswerAsync("api/nothing");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(JsonValueKind.Undefined, answer.Body.ValueKind);
    }

    /// <summary>A good submission but for its length in bytes, which is in its input.</summary>
    private static byte[] Body(int length)
    {
        const string before = """{"type":"text.digest","input":{"path":"a.txt","folder":" """;
        const string after = "\"}}";
        return Encoding.UTF8.GetBytes(before + new string('x', length - before.Length - after.Length) + after);
    }

    private async Task AssertRefusedAsync(Answer answer, HttpStatusCode status, string code)
    {
        AssertProblem(answer, status, code);
        Assert.Equal([], await app.Http.AllTasksAsync());
    }

    private static void AssertProblem(Answer answer, HttpStatusCode status, string code)
    {
        Assert.True(answer.Status == status, $"It was answered with {answer}");
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Equal(code, answer.Text("code"));
        Assert.Equal((int)status, answer.Body.GetProperty("status").GetInt32());
        Assert.Equal($"urn:orchestrator:problem:{code}", answer.Text("type"));
        Assert.Matches("^[0-9a-f]{32}$", answer.Text("traceId"));
    }

    public sealed class Normal(AppFixture.Normal app) : BadInputTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : BadInputTests(app), IClassFixture<AppFixture.Hostile>;
}
