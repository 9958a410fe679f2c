using System.Net;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>What is no good JSON is refused by the routes that complete an attempt, though it comes with the attempt's own token; the attempt is still pending.</summary>
public sealed class AttemptBodyTests(AppFixture.Normal app) : IClassFixture<AppFixture.Normal>
{
    private static readonly string _tenMegabytes = $$"""{"output":"{{new string('x', 10_000_000)}}"}""";

    [Theory]
    [InlineData("complete", "output")]
    [InlineData("fail", "message")]
    [InlineData("heartbeat", "details")]
    public async Task Say_NotStrictJson_IsRefusedAndStillPending(string verb, string field)
    {
        var pending = await Pending.StartAsync(app.Http);
        await pending.SayAsync("heartbeat", """{"percent":5,"details":{"page":1},"log":["begun"]}""");
        var before = await pending.SnapshotAsync();
        (string Body, string Pointer)[] bodies =
        [
            ("{", ""),
            ("not json", ""),
            ($$"""{"{{field}}":"cut o""", "/" + field),
            ($$"""{"{{field}}":[1,2""", $"/{field}/1"),
            ($$"""{"{{field}}":"a",}""", "/" + field),
            ($$"""{"{{field}}":"a","{{field}}":"b"}""", "/" + field),
            ($$"""{"{{field}}":{"a":1,"a":2} }""", $"/{field}/a"),
            ($$"""{"{{field}}":{{new string('[', 99)}}{{new string(']', 99)}} }""", $"/{field}{string.Concat(Enumerable.Repeat("/0", 63))}"),
            ($$"""{"{{field}}":NaN}""", "/" + field),
            ($$"""{"{{field}}":-Infinity}""", "/" + field),
            ($$"""{"{{field}}":01}""", "/" + field),
            ("\ufeff{}", ""),
            ($$"""{"{{field}}":"\ud800"}""", "/" + field),
            ($$"""{"{{field}}":"\udc00\ud800"}""", "/" + field),
            ("""{"\ud800":1}""", "/\ufffd"),
            ($$"""{"{{field}}":"a"} {}""", ""),
            ($$"""{"{{field}}":"a"/* comment */}""", "/" + field),
        ];
        foreach (var (body, pointer) in bodies)
        {
            var answer = await pending.SayAsync(verb, body);

            Assert.True((answer.Status, answer.MediaType) == (HttpStatusCode.BadRequest, "application/problem+json"), $"{body} was answered with {answer}");
            Assert.Equal((body, "invalid_json", pointer), (body, answer.Text("code"), answer.Pointers[0]));
        }

        Assert.Equal(before, await pending.SnapshotAsync());
        await pending.AssertCompletesAsync();
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("heartbeat")]
    public async Task Say_AnotherShape_IsRefusedAndStillPending(string verb)
    {
        var pending = await Pending.StartAsync(app.Http);
        var before = await pending.SnapshotAsync();
        foreach (var (body, pointer) in new[] { ("null", ""), ("[]", ""), ("7", ""), ("\"text\"", ""), ("""{"colour":1}""", "/colour"), ("""{"a/b~":1}""", "/a~1b~0") })
        {
            var answer = await pending.SayAsync(verb, body);

            Assert.Equal((body, HttpStatusCode.BadRequest, "application/problem+json", "invalid_attempt"), (body, answer.Status, answer.MediaType, answer.Text("code")));
            Assert.Equal([pointer], answer.Pointers);
        }

        Assert.Equal(before, await pending.SnapshotAsync());
        await pending.AssertCompletesAsync();
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("heartbeat")]
    public async Task Say_NotUtf8OrTenMegabytes_IsRefusedAndStillPending(string verb)
    {
        var pending = await Pending.StartAsync(app.Http);
        var before = await pending.SnapshotAsync();

        var large = await pending.SayAsync(verb, _tenMegabytes);
        var bytes = await pending.SayAsync(verb, [0x7b, 0xff, 0x7d]);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json", "body_too_large"), (large.Status, large.MediaType, large.Text("code")));
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json", "invalid_json"), (bytes.Status, bytes.MediaType, bytes.Text("code")));
        Assert.Equal(before, await pending.SnapshotAsync());
        await pending.AssertCompletesAsync();
    }
}
