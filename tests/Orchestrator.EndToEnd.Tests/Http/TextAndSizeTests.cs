using System.Net;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>Texts of any kind, and values at their bounds: they come back as they were, or are refused clearly.</summary>
public abstract class TextAndSizeTests(AppFixture app)
{
    private const int PayloadBytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData("/\\#?%' and \"quotes\"")]
    [InlineData("' or 1 eq 1 or '")]
    [InlineData("emoji 😀 and right to left \u202eשלום")]
    [InlineData("NFC \u00e9")]
    [InlineData("NFD e\u0301")]
    [InlineData("..")]
    [InlineData("%2F%00+&=")]
    [InlineData(" ")]
    public async Task Text_Hostile_ComesBackAndFindsItsTaskAlone(string text)
    {
        var tag = text.Length <= 64 ? text : text[..64];
        var body = JsonSerializer.Serialize(new { type = "noop", input = text, title = text, tags = new[] { tag }, correlationId = text, idempotencyKey = text, idempotencyScope = text });
        var since = Uri.EscapeDataString($"{TimeProvider.System.GetUtcNow().AddMinutes(-10):O}");

        var id = (await app.Http.SubmitAsync(body)).Text("id")!;
        var again = await app.Http.SubmitAsync(body);
        var done = await app.Http.EndOfAsync(id);

        Assert.Equal(id, again.Text("id"));
        Assert.Equal((text, text, text), (done.Text("output"), done.Text("title"), done.Text("correlationId")));
        Assert.Equal(tag, done.Body.GetProperty("tags")[0].GetString());
        Assert.Equal([id], (await app.Http.AllTasksAsync(filter: $"&correlationId={Uri.EscapeDataString(text)}")).Select(task => task.Id));
        Assert.Equal([id], (await app.Http.AllTasksAsync(filter: $"&tag={Uri.EscapeDataString(tag)}")).Select(task => task.Id));
        Assert.Contains(id, (await app.Http.AllTasksAsync(filter: $"&from={since}&title={Uri.EscapeDataString(text)}")).Select(task => task.Id));
        Assert.All(await app.Http.AllTasksAsync(filter: $"&from={since}&title={Uri.EscapeDataString(text)}"), task => Assert.Contains(text, task.Title, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Text_WithControlCharacters_ComesBackWhereItIsNoKeyAndIsRefusedWhereItIsOne()
    {
        const string text = "tab\tline\nreturn\rbell\u0007nothing\u0000";

        var id = (await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", input = text, title = text }))).Text("id")!;
        var done = await app.Http.EndOfAsync(id);
        var refused = await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", tags = new[] { text }, correlationId = text, idempotencyKey = text, idempotencyScope = text }));

        Assert.Equal((text, text), (done.Text("output"), done.Text("title")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task"), (refused.Status, refused.Text("code")));
        Assert.Equal(["/correlationId", "/idempotencyKey", "/idempotencyScope", "/tags/0"], refused.Pointers.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("#?%' and \"quotes\"")]
    [InlineData("' or 1 eq 1 or '")]
    [InlineData("emoji 😀 and right to left \u202eשלום")]
    [InlineData("NFC \u00e9")]
    [InlineData("NFD e\u0301")]
    [InlineData("%2F%5c%00%25+&=;,@:!$*~")]
    [InlineData("a%2Fb")]
    [InlineData("...")]
    [InlineData(" ")]
    public async Task Name_Hostile_FindsItsTaskAlone(string name)
    {
        var id = (await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", name }))).Text("id")!;

        var found = await app.Http.GetAnswerAsync($"api/tasks/named/{Uri.EscapeDataString(name)}");

        Assert.Equal((HttpStatusCode.OK, id, name), (found.Status, found.Text("id"), found.Text("name")));
        Assert.Equal("name_taken", (await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", input = 2, name }))).Text("code"));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("tab\t")]
    [InlineData("\u0000")]
    [InlineData("\u0085")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Name_ThatNoAddressCanHold_IsRefused(string name)
    {
        var answer = await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", name, correlationId = "unnameable" }));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task", "/name"), (answer.Status, answer.Text("code"), answer.Pointers.Single()));
        Assert.Empty(await app.Http.AllTasksAsync(filter: "&correlationId=unnameable"));
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("a%252Fb")]
    [InlineData("a%5Cb")]
    [InlineData("%ED%A0%80")]
    [InlineData("'%20or%201%20eq%201%20or%20'")]
    public Task Name_OfNoTask_IsNotFound(string escaped) => AssertNamesAreAnsweredAsync(escaped, HttpStatusCode.NotFound, "task_not_found");

    [Theory]
    [InlineData("%09")]
    [InlineData("%0D%0A")]
    [InlineData("%C2%85")]
    public Task Name_WithControlCharacter_IsRefused(string escaped) => AssertNamesAreAnsweredAsync(escaped, HttpStatusCode.BadRequest, "invalid_request");

    private async Task AssertNamesAreAnsweredAsync(string escaped, HttpStatusCode status, string code)
    {
        foreach (var address in new[] { $"api/tasks/named/none%20{escaped}", $"api/tasks/none%20{escaped}", $"api/tasks/none%20{escaped}/attempts/1" })
        {
            var answer = await app.Http.GetAnswerAsync(address);

            Assert.True((answer.Status, answer.MediaType) == (status, "application/problem+json"), $"{address} was answered with {answer}");
            Assert.Equal(code, answer.Text("code"));
        }
    }

    [Theory]
    [InlineData("tag", 64)]
    [InlineData("correlationId", 200)]
    [InlineData("type", 200)]
    [InlineData("agent", 200)]
    public async Task Filter_Hostile_MatchesNothingElse(string filter, int bound)
    {
        await app.Http.SubmitAsync("""{"type":"noop","tags":["bait"],"correlationId":"bait"}""");
        string[] texts = ["' or true or '", "' or PartitionKey ne '", "bait' or '1' eq '1", "bait' --", "bai", "bait ", "BAIT", "bait\u0000", "*", "%", "noop' or 'a' eq 'a", new string('文', bound)];
        foreach (var text in texts)
            Assert.True((await app.Http.AllTasksAsync(filter: $"&{filter}={Uri.EscapeDataString(text)}")).Count == 0, $"{filter}={text} matches something");

        var tooLong = await app.Http.GetAnswerAsync($"api/tasks?{filter}={Uri.EscapeDataString(new string('語', bound + 1))}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_query", "/" + filter), (tooLong.Status, tooLong.Text("code"), tooLong.Pointers.Single()));
    }

    [Theory]
    [InlineData("title")]
    [InlineData("name")]
    [InlineData("correlationId")]
    [InlineData("idempotencyKey")]
    [InlineData("idempotencyScope")]
    public async Task Text_HalfASurrogatePair_IsRefused(string field)
    {
        foreach (var half in new[] { "\\ud800", "\\udfff", "a\\ude00\\ud83d" })
        {
            var answer = await app.Http.SubmitAsync($$"""{"type":"noop","{{field}}":"{{half}}"}""");

            Assert.Equal((HttpStatusCode.BadRequest, "invalid_json", "/" + field), (answer.Status, answer.Text("code"), answer.Pointers.Single()));
        }
    }

    [Theory]
    [InlineData("title", 200)]
    [InlineData("name", 200)]
    [InlineData("correlationId", 200)]
    [InlineData("idempotencyKey", 200)]
    [InlineData("idempotencyScope", 50)]
    public async Task Text_AtItsBound_TakenOrRefused(string field, int bound)
    {
        foreach (var over in new[] { 1 - bound, -1, 0, 1 })
        {
            // A character of three bytes, so that bounds in bytes would show.
            var answer = await app.Http.SubmitAsync($$"""{"type":"noop","{{field}}":"{{new string('語', bound + over)}}"}""");

            Assert.True(answer.Status == (over > 0 ? HttpStatusCode.BadRequest : HttpStatusCode.Accepted), $"{field} of {bound + over} was answered with {answer}");
            if (over > 0)
                Assert.Equal(["/" + field], answer.Pointers);
            else if (field == "name")
                Assert.Equal(answer.Text("id"), (await app.Http.GetAnswerAsync($"api/tasks/named/{Uri.EscapeDataString(new string('語', bound + over))}")).Text("id"));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Input_AtItsBound_ComesBackByteForByteOrIsRefused(int over)
    {
        var input = '"' + string.Concat(Enumerable.Repeat("é", (PayloadBytes - 4) / 2)) + new string('x', 2 + over) + '"';
        var answer = await app.Http.SubmitAsync(Encoding.UTF8.GetBytes($$"""{"type":"noop","input":{{input}} }"""));
        if (over > 0)
        {
            Assert.Equal((HttpStatusCode.BadRequest, "/input"), (answer.Status, answer.Pointers.Single()));
            return;
        }

        var id = answer.Text("id")!;
        var done = await app.Http.EndOfAsync(id);
        var attempt = await app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1");

        Assert.True(input == done.Body.GetProperty("input").GetRawText(), "The input is as it was.");
        Assert.True(input == done.Body.GetProperty("output").GetRawText(), "The output is the input.");
        Assert.True(input == attempt.Body.GetProperty("input").GetRawText(), "The attempt's input is as it was.");
        Assert.True(input == attempt.Body.GetProperty("output").GetRawText(), "The attempt's output is the input.");
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("{id}/rerun")]
    [InlineData("{id}/attempts/1/complete")]
    [InlineData("{id}/attempts/1/fail")]
    [InlineData("{id}/attempts/1/heartbeat")]
    public async Task Body_Bad_IsNeverAnInternalError(string route)
    {
        var id = (await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop"}""")).Text("id")!;
        string[] bodies = ["{", "{\"a\":1,}", "[1,2", "{\"a\":1,\"a\":2}", new string('[', 100) + new string(']', 100), "{\"a\":NaN}", "\ufeff{}", "{\"a\":\"\\ud800\"}", "{\"\\ud800\":1}", "{} {}", "null", "[]", "7"];
        foreach (var body in bodies)
        {
            var answer = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{route.Replace("{id}", id, StringComparison.Ordinal)}", body);

            Assert.True((int)answer.Status is 400 or 403 or 409, $"{body} was answered with {answer}");
            Assert.Equal("application/problem+json", answer.MediaType);
        }
    }

    public sealed class Normal(AppFixture.Normal app) : TextAndSizeTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : TextAndSizeTests(app), IClassFixture<AppFixture.Hostile>;
}
