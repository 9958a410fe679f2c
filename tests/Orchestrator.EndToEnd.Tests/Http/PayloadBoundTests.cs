using System.Net;
using System.Text;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>Inputs and outputs on both sides of the bound up to which they stand in the task's own row, and of the largest there are.</summary>
public abstract class PayloadBoundTests(AppFixture app)
{
    private const int InlineCharacters = 32_768;
    private const int PayloadBytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task InputAndOutput_AtTheInlineBound_ComeBackByteForByte(int over)
    {
        // A text of two bytes a character, with an escape that must stay one.
        var payload = "\"" + new string('é', InlineCharacters + over - 8) + "\\u00e9\"";
        Assert.Equal(InlineCharacters + over, payload.Length);

        var done = await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", $$"""{"type":"noop","input":{{payload}}}""");

        await AssertHoldsAsync(done, payload, payload);
    }

    [Theory]
    [InlineData(InlineCharacters - 1)]
    [InlineData(InlineCharacters)]
    [InlineData(InlineCharacters + 1)]
    [InlineData(PayloadBytes - 1)]
    [InlineData(PayloadBytes)]
    public async Task Complete_OutputUpToTheBound_ComesBackByteForByte(int length)
    {
        var pending = await Pending.StartAsync(app.Http);
        var output = length < PayloadBytes - 1 ? $"\"{new string('é', length - 2)}\"" : Json(length);

        var completed = await pending.SayAsync("complete", $$"""{"output":{{output}}}""");

        await AssertHoldsAsync(completed, "null", output);
    }

    [Fact]
    public async Task Complete_OutputOverTheBound_IsRefusedAndStillPending()
    {
        var pending = await Pending.StartAsync(app.Http);
        var before = await pending.SnapshotAsync();

        var refused = await pending.SayAsync("complete", $$"""{"output":{{Json(PayloadBytes + 1)}}}""");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "payload_too_large"), (refused.Status, refused.Text("code")));
        Assert.Equal($"The output of attempt 1 of task {pending.Id} is 4194305 bytes long; at most 4194304 can be stored.", refused.Text("detail"));
        Assert.Equal(before, await pending.SnapshotAsync());
        await pending.AssertCompletesAsync();
    }

    [Fact]
    public async Task Agent_OutputAtItsBound_ComesBackOrFailsTheTask()
    {
        var shell = (await ReportAsync("")).Body.GetProperty("output").GetRawText().Length;

        foreach (var over in new[] { -1, 0, 1 })
        {
            // Agents' outputs are written in ASCII: the letter takes six bytes there, so the input stays under its own bound.
            var free = PayloadBytes + over - shell;
            var answer = await ReportAsync(new string('é', free / 6) + new string('x', free % 6));
            var attempt = await app.Http.GetAnswerAsync($"api/tasks/{answer.Text("id")}/attempts/1");
            var (state, length, code) = over > 0 ? ("Failed", 4, "output_too_large") : ("Succeeded", PayloadBytes + over, null);

            Assert.Equal((state, code), (answer.Text("state"), CodeOf(answer)));
            Assert.Equal((state, code), (attempt.Text("state"), CodeOf(attempt)));
            Assert.Equal((length, length), (answer.Body.GetProperty("output").GetRawText().Length, attempt.Body.GetProperty("output").GetRawText().Length));
        }
    }

    private Task<Answer> ReportAsync(string title) =>
        app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", $$"""{"type":"report.markdown","input":{"title":"x{{title}}","digests":[]} }""");

    private async Task AssertHoldsAsync(Answer done, string input, string output)
    {
        Assert.Equal((HttpStatusCode.OK, "Succeeded"), (done.Status, done.Text("state")));
        var id = done.Text("id")!;
        foreach (var answer in new[] { done, await app.Http.GetAnswerAsync($"api/tasks/{id}"), await app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1") })
        {
            Assert.True(input == answer.Body.GetProperty("input").GetRawText(), "The input is as it was.");
            Assert.True(output == answer.Body.GetProperty("output").GetRawText(), "The output is as it was.");
        }
    }

    /// <summary>A JSON text of so many bytes, with white space that must stay.</summary>
    private static string Json(int bytes)
    {
        var text = $"[ \"{new string('é', (bytes - 6) / 2)}{new string('x', bytes % 2)}\" ]";
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(text));
        return text;
    }

    private static string? CodeOf(Answer answer) => answer.Body.GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null;

    public sealed class Normal(AppFixture.Normal app) : PayloadBoundTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : PayloadBoundTests(app), IClassFixture<AppFixture.Hostile>;
}
