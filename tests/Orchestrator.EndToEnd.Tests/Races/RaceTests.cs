using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Races;

/// <summary>Wishes that contradict each other, at the same moment: exactly one wins, the API says which, and the history agrees.</summary>
public abstract class RaceTests(AppFixture app)
{
    private const int Rounds = 30;
    private const int AtOnce = 6;

    [Fact]
    public async Task Pending_CompletedFailedCancelledHeldBackAndAlive_OneEndsIt()
    {
        var winners = new List<string>();
        await EachRoundAsync(async round =>
        {
            var id = (await app.Http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
            var token = await TokenAsync(id);
            Func<Task<Answer>>[] wishes =
            [
                () => app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", $$"""{"output":{{round}}}""", token),
                () => app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/fail", """{"code":"no","isRetryable":false}""", token),
                () => app.Http.CancelAsync(id),
                () => app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/pause"),
                () => app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/heartbeat", """{"percent":1,"log":["alive"]}""", token),
            ];

            // Each begins the race in turn.
            var answers = new Answer[wishes.Length];
            await Task.WhenAll(Enumerable.Range(0, wishes.Length).Select(async index => answers[(index + round) % wishes.Length] = await wishes[(index + round) % wishes.Length]()));

            var end = await app.Http.EndOfAsync(id);
            string[] ends = ["Succeeded", "Failed", "Cancelled"];
            var won = Enumerable.Range(0, 3).Where(index => answers[index].Status is HttpStatusCode.OK or HttpStatusCode.Accepted).ToArray();
            Assert.True(won.Length == 1, $"Of {string.Join(" / ", answers.Take(3))} one is to win.");
            Assert.Equal(ends[won[0]], end.Text("state"));
            Assert.Equal(ends[won[0]], answers[won[0]].Text("state"));
            foreach (var loser in Enumerable.Range(0, 3).Except(won))
                Assert.Equal((HttpStatusCode.Conflict, loser == 2 ? "task_finished" : "attempt_over"), (answers[loser].Status, answers[loser].Text("code")));
            if (won[0] == 0)
                Assert.Equal(round, end.Body.GetProperty("output").GetInt32());

            var isHeldBack = answers[3].Status == HttpStatusCode.Accepted;
            Assert.True(isHeldBack || answers[3].Text("code") == "task_finished", $"The wish to hold it back was answered with {answers[3]}");
            Assert.True(answers[4].Status == HttpStatusCode.OK || answers[4].Text("code") == "attempt_over", $"The sign of life was answered with {answers[4]}");
            await AssertHistoryAsync(id, isHeldBack ? ["Submitted", "Started", "Pending", "PauseRequested", ends[won[0]]] : ["Submitted", "Started", "Pending", ends[won[0]]]);
            lock (winners)
                winners.Add(ends[won[0]]);
        });

        Assert.Equal(Rounds, winners.Count);
    }

    [Fact]
    public async Task Cancel_RacedWithTheEnd_TheAnswerHolds()
    {
        await EachRoundAsync(async _ =>
        {
            var id = (await app.Http.SubmitAsync("""{"type":"noop","input":1}""")).Text("id")!;

            var cancelled = await app.Http.CancelAsync(id);
            var end = (await app.Http.EndOfAsync(id)).Text("state")!;

            if (cancelled.Status == HttpStatusCode.Conflict)
                Assert.Equal(("task_finished", "Succeeded"), (cancelled.Text("code"), end));
            else if (cancelled.Text("state") == "Cancelled")
                Assert.Equal("Cancelled", end);
            else
                Assert.True(cancelled.Body.GetProperty("cancelRequested").GetBoolean(), $"It was answered with {cancelled}");
            var history = await app.Http.HistoryAsync(id);
            AssertOneEnd(id, history, end);
            Assert.Equal(cancelled.Status == HttpStatusCode.Accepted && cancelled.Text("state") == "Running" ? 1 : 0, history.Count(entry => entry.Type == "CancelRequested"));
        });
    }

    [Fact]
    public async Task PauseAndResume_RacedWithEachOtherAndWithTheEnd_EveryAcceptedWishIsAnEvent()
    {
        await EachRoundAsync(async round =>
        {
            var id = (await app.Http.SubmitAsync(round % 2 == 0 ? """{"type":"noop"}""" : """{"type":"noop","delay":"PT0.05S"}""")).Text("id")!;

            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(index => app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/{(index % 2 == 0 ? "pause" : "resume")}")));
            await ResumeUntilOverAsync(id);
            var end = await app.Http.EndOfAsync(id);

            Assert.Equal("Succeeded", end.Text("state"));
            Assert.All(answers, answer => Assert.True(
                answer.Status == HttpStatusCode.Accepted || answer.Text("code") is "task_finished" or "task_not_paused", $"It was answered with {answer}"));
            var history = await app.Http.HistoryAsync(id);
            AssertOneEnd(id, history, "Succeeded");
            Assert.Single(history, entry => entry.Type == "Started");
        });
    }

    [Fact]
    public async Task Heartbeat_ManyAtOnce_NoLogLineIsLost()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        var token = await TokenAsync(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/heartbeat", $$"""{"log":["line {{number:00}}"]}""", token)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var log = (await app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1")).Body.GetProperty("log").EnumerateArray().Select(line => line.GetProperty("text").GetString());
        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"line {number:00}"), log.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Submit_SameKeyManyTimesAtOnce_OneTask()
    {
        await EachRoundAsync(async round =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.Http.SubmitAsync($$"""{"type":"noop","correlationId":"same key {{round}}"}""", $"same key {round}")));

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
            var id = Assert.Single(answers.Select(answer => answer.Text("id")).Distinct())!;
            await app.Http.EndOfAsync(id);
            Assert.Equal([id], (await app.Http.AllTasksAsync(filter: $"&correlationId=same%20key%20{round}")).Select(task => task.Id));

            // And once more after the end.
            Assert.Equal(id, (await app.Http.SubmitAsync($$"""{"type":"noop","correlationId":"same key {{round}}"}""", $"same key {round}")).Text("id"));
            await AssertHistoryAsync(id, ["Submitted", "Started", "Succeeded"]);
        });
    }

    private static Task EachRoundAsync(Func<int, Task> play) =>
        Parallel.ForAsync(0, Rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (round, _) => await play(round));

    private async Task ResumeUntilOverAsync(string id)
    {
        await Eventually.TrueAsync(
            async () => (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/resume")).Status == HttpStatusCode.Conflict,
            $"task {id} is not held back any more");
    }

    private async Task AssertHistoryAsync(string id, string[] types)
    {
        var history = await app.Http.HistoryAsync(id);
        Assert.Equal(types, history.Select(entry => entry.Type));
        Assert.Equal(Enumerable.Range(1, types.Length), history.Select(entry => entry.Number));
    }

    private static void AssertOneEnd(string id, IReadOnlyList<HistoryEntry> history, string end)
    {
        Assert.True(history.Select(entry => entry.Number).SequenceEqual(Enumerable.Range(1, history.Count)), $"The events of task {id} have gaps.");
        Assert.Equal(end, history[^1].Type);
        Assert.Single(history, entry => entry.Type is "Succeeded" or "Failed" or "Cancelled" or "Expired");
    }

    private async Task<string> TokenAsync(string id)
    {
        await Eventually.ValueAsync(() => app.Http.HistoryAsync(id), history => history.Any(entry => entry.Type == "Pending"), $"task {id} waits for somebody outside", pause: TimeSpan.FromMilliseconds(50));
        return (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token")!;
    }

    public sealed class Normal(AppFixture.Normal app) : RaceTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : RaceTests(app), IClassFixture<AppFixture.Hostile>;
}
