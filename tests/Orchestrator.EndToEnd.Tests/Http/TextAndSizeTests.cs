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
    [InlineData("tab\tline\nreturn\rbell\u0007nothing\u0000")]
    [InlineData("emoji 😀 and right to left \u202eשלום")]
    [InlineData("NFC \u00e9")]
    [InlineData("NFD e\u0301")]
    [InlineData("..")]
    [InlineData("%2F%00+&=")]
    [InlineData(" ")]
    public async Task Text_Hostile_ComesBackAndFindsItsTaskAlone(string text)
    {
        var tag = text.Length <= 64 ? text : text[..64];
        var body = JsonSerializer.Serialize(new { type = "noop", input = text, title = text, tags = new[] { tag }, name = "n" + text, correlationId = text, idempotencyKey = text, idempotencyScope = text });

        var id = (await app.Http.SubmitAsync(body)).Text("id")!;
        var again = await app.Http.SubmitAsync(body);
        var done = await app.Http.EndOfAsync(id);

        Assert.Equal(id, again.Text("id"));
        Assert.Equal((text, text, "n" + text, text), (done.Text("output"), done.Text("title"), done.Text("name"), done.Text("correlationId")));
        Assert.Equal(tag, done.Body.GetProperty("tags")[0].GetString());
        Assert.Equal([id], (await app.Http.AllTasksAsync(filter: $"&correlationId={Uri.EscapeDataString(text)}")).Select(task => task.Id));
        Assert.Equal([id], (await app.Http.AllTasksAsync(filter: $"&tag={Uri.EscapeDataString(tag)}")).Select(task => task.Id));
    }

    [Theory]
    [InlineData("title", 200)]
    [InlineData("name", 200)]
    [InlineData("correlationId", 200)]
    [InlineData("idempotencyKey", 200)]
    [InlineData("idempotencyScope", 50)]
    public async Task Text_AtItsBound_TakenOrRefused(string field, int bound)
    {
        foreach (var over in new[] { -1, 0, 1 })
        {
            // A character of three bytes, so that bounds in bytes would show.
            var answer = await app.Http.SubmitAsync($$"""{"type":"noop","{{field}}":"{{new string('語', bound + over)}}"}""");

            Assert.True(answer.Status == (over > 0 ? HttpStatusCode.BadRequest : HttpStatusCode.Accepted), $"{field} of {bound + over} was answered with {answer}");
            if (over > 0)
                Assert.Equal(["/" + field], answer.Pointers);
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
}
