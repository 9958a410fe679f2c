using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Http;

public abstract class TaskListTests(AppFixture app)
{
    /// <summary>One test, for the sake of one set of tasks: what the list says of them in every way of asking.</summary>
    [Fact]
    public async Task List_ManyTasks_IsPagedNewestFirstAndFiltered()
    {
        var titles = new List<string>();
        for (var number = 0; number < 25; number++)
        {
            // Every fifth one fails: there is no such file.
            var body = app.Texts.Submission(number, $"listed {number}");
            Assert.Equal(HttpStatusCode.Accepted, (await app.Http.SubmitAsync(number % 5 == 0 ? body.Replace(".txt", ".gone", StringComparison.Ordinal) : body)).Status);
            titles.Insert(0, $"listed {number}");
        }

        await Eventually.TrueAsync(async () => (await app.Http.AllTasksAsync()).All(task => task.IsOver), "all tasks are over");
        var failed = titles.Where((_, index) => (24 - index) % 5 == 0);

        Assert.Equal(titles, (await app.Http.AllTasksAsync()).Select(task => task.Title));
        Assert.Equal(titles, (await app.Http.AllTasksAsync(pageSize: 10)).Select(task => task.Title));
        Assert.Equal(titles, (await app.Http.AllTasksAsync(pageSize: 1)).Select(task => task.Title));
        Assert.Equal(failed, (await app.Http.AllTasksAsync(pageSize: 2, "&state=Failed")).Select(task => task.Title));
        Assert.Equal(titles.Except(failed), (await app.Http.AllTasksAsync(pageSize: 7, "&state=succeeded")).Select(task => task.Title));
        Assert.Equal([], await app.Http.AllTasksAsync(filter: "&state=Running"));
        Assert.Equal(25, (await app.Http.PageAsync("")).Tasks.Count);

        var first = await app.Http.PageAsync("pageSize=10");
        Assert.Equal(titles[..10], first.Tasks.Select(task => task.Title));
        var elsewhere = await app.Http.GetAnswerAsync($"api/tasks?pageSize=10&state=Failed&continuationToken={Uri.EscapeDataString(first.ContinuationToken!)}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_query"), (elsewhere.Status, elsewhere.Text("code")));
    }

    public sealed class Normal(AppFixture.Normal app) : TaskListTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : TaskListTests(app), IClassFixture<AppFixture.Hostile>;
}
