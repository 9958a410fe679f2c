using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>
/// Tasks that go through everything a task can: keys, retries of the same submission, completion from outside, cancellation, delays, edges, a
/// batch, deletion. Their submitter does not give up: what is answered with 5xx is asked again.
/// </summary>
internal sealed class TaskLives(HttpClient http)
{
    private const int Batch = 20;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>State and history that each title is to come to.</summary>
    private readonly Dictionary<string, (string State, string History)> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>Lives them all, until all are over.</summary>
    public async Task LiveAsync()
    {
        for (var i = 0; i < 5; i++)
            await SubmitAsync($"plain {i}", $$""" "type":"noop","input":{{i}} """, "Succeeded", "Submitted Started( TakenOver)* Succeeded");
        await SubmitAsync("delayed", """ "type":"noop","delay":"PT1S" """, "Succeeded", "Submitted Started( TakenOver)* Succeeded");
        await SubmitAsync("waiting", """ "type":"wait","input":{"duration":"PT1S"} """, "Succeeded", "Submitted Started( TakenOver)* (Deferred Started( TakenOver)* )?Succeeded");
        var first = await SubmitAsync("first", """ "type":"external" """, "Succeeded", "Submitted Started( TakenOver)* Pending Succeeded");
        await SubmitAsync("second", $$""" "type":"noop","dependsOn":["{{first}}"] """, "Succeeded", "Submitted Unblocked Started( TakenOver)* Succeeded");
        var failing = await SubmitAsync("failing", """ "type":"external" """, "Failed", "Submitted Started( TakenOver)* Pending Retrying Started( TakenOver)* Pending Failed");
        await SubmitAsync("left behind", $$""" "type":"noop","dependsOn":["{{failing}}"] """, "Failed", "Submitted Failed");
        var unwanted = await SubmitAsync("unwanted", """ "type":"noop","delay":"PT1H" """, "Cancelled", "Submitted( Paused Resumed)? Cancelled");
        await SubmitBatchAsync();

        await AskAsync(() => http.SendAsync(HttpMethod.Post, $"api/tasks/{unwanted}/pause"));
        await AskAsync(() => http.SendAsync(HttpMethod.Post, $"api/tasks/{unwanted}/resume"));
        await AskAsync(() => http.CancelAsync(unwanted));
        await EndAttemptAsync(first, 1, "complete", """{"output":{"done":true}}""");
        await EndAttemptAsync(failing, 1, "fail", """{"code":"again","isRetryable":true}""");
        await EndAttemptAsync(failing, 2, "fail", """{"code":"no","isRetryable":false}""");
        foreach (var title in _expected.Keys)
            await EndOfAsync(title);
        await DeleteAsync("plain 0");
        await DeleteAsync("first");
    }

    /// <summary>Holds everything against what was asked, storage working again.</summary>
    public async Task AssertExactAsync()
    {
        var tasks = await http.AllTasksAsync();
        Assert.Equal(_expected.Keys.Order(StringComparer.Ordinal), tasks.Select(task => task.Title).Order(StringComparer.Ordinal));
        foreach (var task in tasks)
        {
            var (state, expected) = _expected[task.Title];
            var history = await http.HistoryAsync(task.Id);
            Assert.Equal((task.Title, state, _ids[task.Title]), (task.Title, task.State, task.Id));
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(entry => entry.Number));
            Assert.Matches($"^{expected}$", string.Join(' ', history.Select(entry => entry.Type)));
        }

        foreach (var group in tasks.GroupBy(task => task.State))
            Assert.Equal(group.Select(task => task.Id), (await http.AllTasksAsync(filter: $"&state={group.Key}")).Select(task => task.Id));
        foreach (var state in new[] { "Scheduled", "Blocked", "Queued", "Running", "Paused" })
            Assert.Equal([], await http.AllTasksAsync(filter: $"&state={state}"));

        var counts = await Eventually.ValueAsync(() => http.GetAnswerAsync("api/tasks/counts"), answer => answer.Body.GetProperty("total").GetInt32() == tasks.Count, $"{tasks.Count} tasks are counted", pause: _pause);
        var byState = counts.Body.GetProperty("byState").EnumerateObject().ToDictionary(state => state.Name, state => state.Value.GetInt32());
        Assert.Equal(tasks.CountBy(task => task.State).OrderBy(state => state.Key, StringComparer.Ordinal), byState.OrderBy(state => state.Key, StringComparer.Ordinal));
    }

    private async Task<string> SubmitAsync(string title, string fields, string state, string history)
    {
        var answer = await AskAsync(() => http.SubmitAsync($$"""{"title":"{{title}}",{{fields}}}""", "key of " + title));
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{title} was answered with {answer}");
        _expected.Add(title, (state, history));
        return _ids[title] = answer.Text("id")!;
    }

    private async Task SubmitBatchAsync()
    {
        var body = $$"""{"tasks":[{{string.Join(',', Enumerable.Range(0, Batch).Select(number => $$"""{"type":"noop","title":"batch {{number}}","idempotencyKey":"batch {{number}}"}"""))}}]}""";
        var answer = await Eventually.ValueAsync(
            () => http.SendAsync(HttpMethod.Post, "api/tasks/batch", body), answer => answer.Status == HttpStatusCode.OK && answer.Body.GetProperty("refused").GetInt32() == 0, "the batch is accepted", _limit, _pause);
        foreach (var (number, outcome) in answer.Body.GetProperty("outcomes").EnumerateArray().Index())
        {
            _expected.Add($"batch {number}", ("Succeeded", "Submitted Started( TakenOver)* Succeeded"));
            _ids[$"batch {number}"] = outcome.GetProperty("task").GetProperty("id").GetString()!;
        }
    }

    private async Task EndAttemptAsync(string id, int attempt, string how, string body)
    {
        // Pending first: until then nobody outside has been told of it.
        await Eventually.ValueAsync(
            () => http.GetAnswerAsync($"api/tasks/{id}/attempts/{attempt}"), answer => answer.Status == HttpStatusCode.OK && answer.Text("state") == "Pending", $"attempt {attempt} at {id} is pending", _limit, _pause);
        var token = await AskAsync(() => http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/{attempt}/token"));
        var ended = await AskAsync(() => http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/{attempt}/{how}", body, token.Text("token")));
        Assert.True(ended.Status == HttpStatusCode.OK || ended.Text("code") == "attempt_over", $"The end of attempt {attempt} at {id} was answered with {ended}");
    }

    private async Task DeleteAsync(string title)
    {
        var answer = await AskAsync(() => http.SendAsync(HttpMethod.Delete, $"api/tasks/{_ids[title]}"));
        Assert.True(answer.Status is HttpStatusCode.NoContent, $"The deletion of {title} was answered with {answer}");
        _expected.Remove(title);
    }

    private Task<Answer> EndOfAsync(string title) => Eventually.ValueAsync(
        () => http.GetAnswerAsync($"api/tasks/{_ids[title]}"),
        answer => answer.Status == HttpStatusCode.OK && TaskSummary.Of(answer.Body).IsOver,
        $"{title} is over",
        _limit,
        _pause);

    private static Task<Answer> AskAsync(Func<Task<Answer>> ask) => Eventually.ValueAsync(
        async () =>
        {
            var answer = await ask();
            Assert.True(answer.Status is not HttpStatusCode.InternalServerError, $"It was answered with {answer}");
            return answer;
        },
        answer => answer.Status != HttpStatusCode.ServiceUnavailable,
        "the app answers",
        _limit,
        _pause);
}
