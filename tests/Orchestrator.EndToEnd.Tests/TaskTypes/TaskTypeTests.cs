using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.TaskTypes;

/// <summary>Task types over the API: defined, used, changed, deleted.</summary>
public abstract class TaskTypeTests(AppFixture app)
{
    private const string Definition = """
        {"description":"Digests","capability":"text.digest","input":{"type":"object","required":["path"],"properties":{"path":{"type":"string","maxLength":9}}},
         "output":{"required":["words"],"properties":{"words":{"maximum":11}}},"retry":{"maxAttempts":1},"priority":8,"tags":["defined"]}
        """;

    [Fact]
    public async Task Put_NewType_IsUsedValidatedVersionedAndDeleted()
    {
        var (created, tag) = await SendAsync(HttpMethod.Put, "api/task-types/my.digest", Definition);
        Assert.Equal((HttpStatusCode.Created, "\"1\"", "/api/task-types/my.digest", "api"), (created.Status, tag, created.Location?.ToString(), created.Text("source")));
        Assert.Equal(0, created.Body.GetProperty("warnings").GetArrayLength());

        var valid = (await SendAsync(HttpMethod.Post, "api/tasks/validate", """{"type":"my.digest","input":{"path":"text2.txt"}}""")).Answer;
        Assert.Equal("""{"valid":true,"type":"my.digest","version":1}""", valid.Body.GetRawText());
        const string bad = """{"type":"my.digest","input":{"path":"a-path-too-long"}}""";
        var invalid = (await SendAsync(HttpMethod.Post, "api/tasks/validate", bad)).Answer;
        var refused = await app.Http.SubmitAsync(bad);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task"), (invalid.Status, invalid.Text("code")));
        Assert.Equal(invalid.Body.GetProperty("errors").GetRawText(), refused.Body.GetProperty("errors").GetRawText());
        Assert.Equal("""[{"pointer":"/input/path","message":"It is 15 characters long; it must be at most 9."}]""", refused.Body.GetProperty("errors").GetRawText());

        // Text 2 has 12 words, one more than version 1 lets through; version 2 has no bound.
        var input = JsonSerializer.Serialize(new { path = "text2.txt", folder = app.Texts.Folder });
        var strict = (await app.Http.SubmitAsync($$"""{"type":"my.digest","input":{{input}}}""")).Text("id")!;
        var failed = await app.Http.EndOfAsync(strict);
        Assert.Equal(("Failed", "output_invalid", 8), (failed.Text("state"), failed.Body.GetProperty("error").GetProperty("code").GetString(), failed.Body.GetProperty("priority").GetInt32()));
        Assert.Equal(["defined"], failed.Body.GetProperty("tags").EnumerateArray().Select(value => value.GetString()));

        var (changed, newTag) = await SendAsync(HttpMethod.Put, "api/task-types/my.digest", """{"capability":"text.digest"}""", ifMatch: "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (changed.Status, newTag));
        var (late, _) = await SendAsync(HttpMethod.Put, "api/task-types/my.digest", Definition, ifMatch: "\"1\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "precondition_failed"), (late.Status, late.Text("code")));
        var (again, _) = await SendAsync(HttpMethod.Put, "api/task-types/my.digest", """{"capability":"text.digest"}""");
        Assert.Equal(2, again.Body.GetProperty("version").GetInt32());
        Assert.Equal("Digests", (await app.Http.GetAnswerAsync("api/task-types/my.digest?version=1")).Text("description"));

        var (deleted, _) = await SendAsync(HttpMethod.Delete, "api/task-types/my.digest");
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal("task_type_not_found", (await app.Http.GetAnswerAsync("api/task-types/my.digest")).Text("code"));
        Assert.Equal("task_type_not_found", (await SendAsync(HttpMethod.Delete, "api/task-types/my.digest")).Answer.Text("code"));
    }

    [Fact]
    public async Task Put_OverATypeOfCode_CoversItUntilDeleted()
    {
        var before = await app.Http.GetAnswerAsync("api/task-types/report.markdown");
        Assert.Equal("code", before.Text("source"));
        var sentBack = before.Body.GetRawText().Replace("\"priority\":5", "\"priority\":6", StringComparison.Ordinal);

        var covered = (await SendAsync(HttpMethod.Put, "api/task-types/report.markdown", sentBack)).Answer;
        Assert.Equal((HttpStatusCode.OK, "api", 6), (covered.Status, covered.Text("source"), covered.Body.GetProperty("priority").GetInt32()));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "api/task-types/report.markdown")).Answer.Status);
        Assert.Equal(before.Body.GetRawText(), (await app.Http.GetAnswerAsync("api/task-types/report.markdown")).Body.GetRawText());
        var refused = (await SendAsync(HttpMethod.Delete, "api/task-types/report.markdown")).Answer;
        Assert.Equal((HttpStatusCode.Conflict, "task_type_not_deletable"), (refused.Status, refused.Text("code")));
    }

    [Fact]
    public async Task Put_CapabilityThatNobodyHas_IsAcceptedWithAWarning()
    {
        var answer = (await SendAsync(HttpMethod.Put, "api/task-types/of.nobody", """{"capability":"nobody"}""")).Answer;

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("""["No agent here is capable of 'nobody'. Tasks of this type fail until one is."]""", answer.Body.GetProperty("warnings").GetRawText());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "")]
    [InlineData("\ufeff{}", "")]
    [InlineData("""{"priority":NaN}""", "/priority")]
    [InlineData("""{"owner":"a","owner":"b"}""", "/owner")]
    [InlineData("""{"owner":"\ud800"}""", "/owner")]
    public async Task Put_NotJson_IsRefusedNamingThePlace(string body, string pointer)
    {
        var answer = (await SendAsync(HttpMethod.Put, "api/task-types/bad.json", body)).Answer;

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (answer.Status, answer.Text("code")));
        Assert.Equal([pointer], answer.Pointers);
    }

    [Theory]
    [InlineData(100, HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData(10_000_000, HttpStatusCode.RequestEntityTooLarge, "body_too_large")]
    public async Task Put_TooDeepOrTooLarge_IsRefused(int brackets, HttpStatusCode status, string code)
    {
        var answer = (await SendAsync(HttpMethod.Put, "api/task-types/bad.json", new string('[', brackets))).Answer;

        Assert.Equal((status, code), (answer.Status, answer.Text("code")));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a%2Fb")]
    [InlineData("a%5Cb")]
    [InlineData("a%23b")]
    [InlineData("a%3Fb")]
    [InlineData("a%25b")]
    [InlineData("a'b")]
    [InlineData("a%00b")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("%D7%90")]
    [InlineData("e%CC%81")]
    [InlineData("' or PartitionKey ne '")]
    public async Task Name_Hostile_IsRefusedOrNotFound(string name)
    {
        var put = (await SendAsync(HttpMethod.Put, $"api/task-types/{name}", "{}")).Answer;
        var get = await app.Http.GetAnswerAsync($"api/task-types/{name}");
        var delete = (await SendAsync(HttpMethod.Delete, $"api/task-types/{name}")).Answer;

        Assert.True(put.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, put.ToString());
        // The server itself refuses a NUL.
        var expected = name.Contains("%00", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound;
        Assert.Equal((expected, expected), (get.Status, delete.Status));
    }

    [Theory]
    [InlineData(200, HttpStatusCode.Created)]
    [InlineData(201, HttpStatusCode.BadRequest)]
    public async Task Name_LongestAndLonger_IsTakenOrRefused(int length, HttpStatusCode status) =>
        Assert.Equal(status, (await SendAsync(HttpMethod.Put, $"api/task-types/{new string('n', length)}", "{}")).Answer.Status);

    [Fact]
    public async Task List_AllSources_ByName()
    {
        var answer = await app.Http.GetAnswerAsync("api/task-types");

        var names = answer.Body.GetProperty("taskTypes").EnumerateArray().Select(type => type.GetProperty("name").GetString()!).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(3, names.Intersect(["files.list", "report.markdown", "text.digest"], StringComparer.Ordinal).Count());
    }

    private async Task<(Answer Answer, string? ETag)> SendAsync(HttpMethod method, string address, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        using var response = await app.Http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var json = bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes);
        return (new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.Location, json), response.Headers.ETag?.ToString());
    }

    public sealed class Normal(AppFixture.Normal app) : TaskTypeTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : TaskTypeTests(app), IClassFixture<AppFixture.Hostile>;
}
