using System.Net;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>What is bounded beside inputs and outputs: taken up to the bound, and refused beyond it without having changed anything.</summary>
public sealed class SmallBoundTests(AppFixture.Normal app) : IClassFixture<AppFixture.Normal>
{
    private const int MaxBodyBytes = 4_259_840;
    private const int MaxBatchBytes = 16_777_216;

    [Fact]
    public async Task Heartbeat_DetailsAtTheirBound_ComeBackOrAreRefused()
    {
        var pending = await Pending.StartAsync(app.Http);
        foreach (var over in new[] { -1, 0, 1 })
        {
            var details = $"\"{new string('語', 32_000 + over - 2)}\"";
            var before = await pending.SnapshotAsync();
            var answer = await pending.SayAsync("heartbeat", $$"""{"percent":{{10 + over}},"details":{{details}},"log":["said {{over}}"]}""");
            if (over > 0)
                await AssertRefusedAsync(answer, pending, before, "/details");
            else
                Assert.Equal((HttpStatusCode.OK, details), (answer.Status, (await pending.AttemptAsync()).Body.GetProperty("progress").GetProperty("details").GetRawText()));
        }

        await pending.AssertCompletesAsync();
    }

    [Fact]
    public async Task Heartbeat_TextAndLineAtTheirBound_ComeBackOrAreRefused()
    {
        var pending = await Pending.StartAsync(app.Http);
        var lines = new List<string>();
        foreach (var over in new[] { -1, 0, 1 })
        {
            var text = new string('語', 4_000 + over);
            var before = await pending.SnapshotAsync();
            var answer = await pending.SayAsync("heartbeat", $$"""{"text":"{{text}}","log":["{{text}}"]}""");
            if (over > 0)
            {
                await AssertRefusedAsync(answer, pending, before, "/text", "/log/0");
                continue;
            }

            lines.Add(text);
            var attempt = (await pending.AttemptAsync()).Body;
            Assert.Equal((HttpStatusCode.OK, text), (answer.Status, attempt.GetProperty("progress").GetProperty("text").GetString()));
            Assert.Equal(lines, Log(attempt));
        }
    }

    [Fact]
    public async Task Heartbeat_LinesAtTheirBound_AreKeptInOrderOrRefused()
    {
        var pending = await Pending.StartAsync(app.Http);
        var said = new List<string>();
        foreach (var count in new[] { 99, 100, 101 })
        {
            var before = await pending.SnapshotAsync();
            var answer = await SayLinesAsync(pending, Enumerable.Range(said.Count, count).Select(number => $"line {number}"));
            if (count > 100)
            {
                await AssertRefusedAsync(answer, pending, before, "/log");
                continue;
            }

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            said.AddRange(Enumerable.Range(said.Count, count).Select(number => $"line {number}"));
            Assert.Equal(said, Log((await pending.AttemptAsync()).Body));
        }
    }

    [Fact]
    public async Task Heartbeat_MoreLinesThanAreKept_TheFirstThousandAndALineThatSaysSo()
    {
        var pending = await Pending.StartAsync(app.Http);
        string[] kept = [.. Enumerable.Range(0, 1_000).Select(number => $"line {number}")];
        foreach (var lines in kept.Take(999).Chunk(100))
            await SayLinesAsync(pending, lines);
        Assert.Equal(kept.Take(999), Log((await pending.AttemptAsync()).Body));

        await SayLinesAsync(pending, [kept[^1]]);
        Assert.Equal(kept, Log((await pending.AttemptAsync()).Body));

        await SayLinesAsync(pending, ["one more"]);
        await SayLinesAsync(pending, ["and another"]);
        Assert.Equal(
            [.. kept, "The attempt has said more than the 1000 lines or 262144 characters that are kept; the rest is dropped."], Log((await pending.AttemptAsync()).Body));
        await pending.AssertCompletesAsync();
    }

    [Fact]
    public async Task Fail_CodeAndMessageAtTheirBound_AreTakenOrRefused()
    {
        foreach (var (code, message, pointer) in new[] { (101, 1, "/code"), (1, 4_001, "/message"), (99, 3_999, null), (100, 4_000, null) })
        {
            var pending = await Pending.StartAsync(app.Http);
            var before = await pending.SnapshotAsync();
            var body = JsonSerializer.Serialize(new { code = new string('c', code), message = new string('語', message), isRetryable = false });
            var answer = await pending.SayAsync("fail", body);
            if (pointer is not null)
            {
                await AssertRefusedAsync(answer, pending, before, pointer);
                continue;
            }

            var error = answer.Body.GetProperty("error");
            Assert.Equal(("Failed", code, message), (answer.Text("state"), error.GetProperty("code").GetString()!.Length, error.GetProperty("message").GetString()!.Length));
        }
    }

    [Fact]
    public async Task Tags_AtTheirBounds_ComeBackOrAreRefused()
    {
        foreach (var over in new[] { -1, 0, 1 })
        {
            string[] many = [.. Enumerable.Range(0, 20 + over).Select(number => $"tag {number}")];
            string[] texts = [new string('語', 64 + over)];
            foreach (var (tags, pointer) in new[] { (many, "/tags"), (texts, "/tags/0") })
            {
                var correlation = $"{pointer} {over}";
                var answer = await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", tags, correlationId = correlation }));
                if (over > 0)
                    await AssertNotStoredAsync(answer, correlation, pointer);
                else
                    Assert.Equal(tags, answer.Body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
            }
        }
    }

    [Fact]
    public async Task Title_AtItsBound_ComesBackOrIsRefused()
    {
        foreach (var over in new[] { -1, 0, 1 })
        {
            var title = new string('語', 200 + over);
            var answer = await app.Http.SubmitAsync(JsonSerializer.Serialize(new { type = "noop", title, correlationId = $"title {over}" }));
            if (over > 0)
                await AssertNotStoredAsync(answer, $"title {over}", "/title");
            else
                Assert.Equal(title, (await app.Http.GetAnswerAsync($"api/tasks/{answer.Text("id")}")).Text("title"));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Body_AtItsBound_IsTakenOrRefused(int over)
    {
        var correlation = $"body {over}";
        var answer = await app.Http.SubmitAsync(Padded($$"""{"type":"noop","correlationId":"{{correlation}}"}""", MaxBodyBytes + over));

        if (over > 0)
            await AssertTooLargeAsync(answer, correlation, MaxBodyBytes);
        else
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    [Fact]
    public async Task Body_OverItsBoundWithoutALength_IsRefused()
    {
        var body = Padded("""{"type":"noop","correlationId":"body without a length"}""", MaxBodyBytes + 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks") { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await app.Http.SendAsync(request);

        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal([], await StoredAsync("body without a length"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Batch_BodyAtItsBound_IsTakenOrRefused(int over)
    {
        var correlation = $"batch body {over}";
        var body = Encoding.UTF8.GetString(Padded($$"""{"tasks":[{"type":"noop","correlationId":"{{correlation}}"}]}""", MaxBatchBytes + over));
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", body);

        if (over > 0)
            await AssertTooLargeAsync(answer, correlation, MaxBatchBytes);
        else
            Assert.Equal((HttpStatusCode.OK, 1), (answer.Status, answer.Body.GetProperty("accepted").GetInt32()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1_000)]
    [InlineData(1_001)]
    public async Task Batch_TasksAtTheirBound_AreAllTakenOrAllRefused(int count)
    {
        var correlation = $"batch of {count}";
        var task = $$"""{"type":"noop","correlationId":"{{correlation}}"}""";
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat(task, count))}}]}""");

        if (count is >= 1 and <= 1_000)
        {
            Assert.Equal((HttpStatusCode.OK, count, 0), (answer.Status, answer.Body.GetProperty("accepted").GetInt32(), answer.Body.GetProperty("refused").GetInt32()));
            Assert.Equal(count, (await StoredAsync(correlation)).Count);
            return;
        }

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_batch", "/tasks"), (answer.Status, answer.Text("code"), answer.Pointers.Single()));
        Assert.Equal([], await StoredAsync(correlation));
    }

    private static Task<Answer> SayLinesAsync(Pending pending, IEnumerable<string> lines) => pending.SayAsync("heartbeat", JsonSerializer.Serialize(new { log = lines }));

    private static IEnumerable<string?> Log(JsonElement attempt) => attempt.GetProperty("log").EnumerateArray().Select(line => line.GetProperty("text").GetString());

    private static byte[] Padded(string json, int length) => Encoding.UTF8.GetBytes(json.PadRight(length));

    private Task<IReadOnlyList<TaskSummary>> StoredAsync(string correlation) => app.Http.AllTasksAsync(filter: $"&correlationId={Uri.EscapeDataString(correlation)}");

    private static async Task AssertRefusedAsync(Answer answer, Pending pending, string before, params string[] pointers)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_attempt"), (answer.Status, answer.Text("code")));
        Assert.Equal(pointers, answer.Pointers);
        Assert.Equal(before, await pending.SnapshotAsync());
    }

    private async Task AssertNotStoredAsync(Answer answer, string correlation, string pointer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task", pointer), (answer.Status, answer.Text("code"), answer.Pointers.Single()));
        Assert.Equal([], await StoredAsync(correlation));
    }

    private async Task AssertTooLargeAsync(Answer answer, string correlation, int limit)
    {
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.Status, answer.Text("code")));
        Assert.Equal($"At most {limit} bytes are accepted. Nothing was changed.", answer.Text("detail"));
        Assert.Equal([], await StoredAsync(correlation));
    }
}
