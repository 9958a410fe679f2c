using System.Net;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Stats;

/// <summary>The figures of the app, against what is known of its tasks.</summary>
public abstract class StatsTests(AppFixture app)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Stats_TasksOfAllKinds_AreWhatTheTasksAre()
    {
        var empty = await StatsAsync(stats => stats.GetProperty("tasks").GetProperty("total").GetInt32() == 0, "there are no tasks");
        Assert.Equal("""{"byState":{},"byType":{},"total":0}""", Sorted(empty.GetProperty("tasks").GetProperty("live")));
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("oldestQueued").ValueKind);
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("mostOverdue").ValueKind);
        Assert.Equal("""{"count":0,"p50Seconds":null,"p95Seconds":null,"p99Seconds":null}""", empty.GetProperty("lastHour").GetProperty("wait").GetRawText());

        Assert.Equal(HttpStatusCode.Created, (await app.Http.SendAsync(HttpMethod.Put, "api/task-types/narrow", """{"capability":"external","concurrency":{"limit":1}}""")).Status);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await app.Http.SubmitAsync("""{"type":"narrow"}""")).Text("id")!);
            if (i == 0)
                await Eventually.ValueAsync(() => app.Http.GetAnswerAsync($"api/tasks/{ids[0]}"), task => task.Text("state") == "Running", "the first has the slot", pause: _pause);
        }

        for (var i = 0; i < 5; i++)
            await app.Http.EndOfAsync((await app.Http.SubmitAsync("""{"type":"noop"}""")).Text("id")!);
        await app.Http.EndOfAsync((await app.Http.SubmitAsync("""{"type":"wait","input":{"duration":"PT1S"}}""")).Text("id")!);
        await app.Http.CancelAsync((await app.Http.SubmitAsync("""{"type":"noop","delay":"PT1H"}""")).Text("id")!);

        var stats = await StatsAsync(
            stats => stats.GetProperty("lastHour").GetProperty("total").GetInt32() == 7 && stats.GetProperty("limiters").EnumerateArray().Any(limiter => limiter.GetProperty("waiting").GetInt32() == 2),
            "seven tasks are over, and two wait for a slot");

        Assert.Equal("""{"Cancelled":1,"Queued":2,"Running":1,"Succeeded":6}""", Sorted(stats.GetProperty("tasks").GetProperty("byState")));
        Assert.Equal("""{"byState":{"Queued":2,"Running":1},"byType":{"narrow":3},"total":3}""", Sorted(stats.GetProperty("tasks").GetProperty("live")));
        Assert.Equal(ids[1], stats.GetProperty("oldestQueued").GetProperty("id").GetString());
        Assert.InRange(stats.GetProperty("oldestQueued").GetProperty("ageSeconds").GetDouble(), 1, 600);
        var hour = stats.GetProperty("lastHour");
        Assert.Equal("""{"Cancelled":1,"Succeeded":6}""", Sorted(hour.GetProperty("finished")));
        Assert.Equal(Math.Round(7 / 60.5, 2), hour.GetProperty("perMinute").GetDouble(), tolerance: 0.02);
        Assert.Equal((6, 6), (hour.GetProperty("wait").GetProperty("count").GetInt32(), hour.GetProperty("run").GetProperty("count").GetInt32()));
        Assert.InRange(hour.GetProperty("run").GetProperty("p99Seconds").GetDouble(), 0.9, 60);
        Assert.True(hour.GetProperty("run").GetProperty("p50Seconds").GetDouble() < hour.GetProperty("run").GetProperty("p99Seconds").GetDouble(), $"Most have nothing to do: {hour}");
        Assert.Equal("narrow 1 1 2", string.Join("; ", stats.GetProperty("limiters").EnumerateArray().Select(limiter => $"{limiter.GetProperty("taskType").GetString()} {limiter.GetProperty("limit")} {limiter.GetProperty("inUse")} {limiter.GetProperty("waiting")}")));
        Assert.Equal((0, false), (stats.GetProperty("deadLetters").GetProperty("dead").GetInt32(), stats.GetProperty("deadLetters").GetProperty("isAtLeast").GetBoolean()));

        foreach (var id in ids)
            await app.Http.CancelAsync(id);
    }

    private Task<JsonElement> StatsAsync(Func<JsonElement, bool> isAwaited, string expectation) => Eventually.ValueAsync(
        async () =>
        {
            var answer = await app.Http.GetAnswerAsync("api/stats");
            Assert.True(answer.Status == HttpStatusCode.OK, $"The stats were answered with {answer}");
            return answer.Body;
        },
        isAwaited,
        expectation,
        pause: _pause);

    private static string Sorted(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? $"{{{string.Join(',', value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => $"\"{property.Name}\":{Sorted(property.Value)}"))}}}"
        : value.GetRawText();

    public sealed class Normal(AppFixture.Normal app) : StatsTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : StatsTests(app), IClassFixture<AppFixture.Hostile>;
}
