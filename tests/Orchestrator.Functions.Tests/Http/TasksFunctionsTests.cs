using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class TasksFunctionsTests
{
    private readonly TaskRig _rig = new();
    private readonly DurableClients _clients;
    private readonly MemoryTaskStore _store;
    private readonly TasksFunctions _functions;
    private readonly TaskWishesFunctions _wishes;
    private readonly TaskEventsFunctions _events;

    public TasksFunctionsTests()
    {
        (_clients, _store) = (_rig.Clients, _rig.Store);
        var options = TestOptions.Of(new HttpOptions());
        _functions = new TasksFunctions(_rig.Intake, _rig.Submitter, _rig.Starter, _rig.Waiter, _store, _rig.Siblings, _rig.Time, options);
        _wishes = new TaskWishesFunctions(_rig.Lifecycle, _store, _rig.Intake, _rig.Submitter, _rig.Starter, _rig.Orchestrations, _rig.Purger, _rig.Holders, options);
        _events = new TaskEventsFunctions(_store, _rig.Signals, _rig.Time);
    }

    [Fact]
    public async Task SubmitTask_GoodTask_AcceptedStoredAndStarted()
    {
        var (status, headers, body) = await SubmitAsync("""{"type":"test","input":{"a":"é<&>"},"title":"T","tags":["x"],"priority":7}""");

        var id = TestTasks.Id(1).ToString();
        Assert.Equal(202, status);
        Assert.Equal($"/api/tasks/{id}", headers.Location);
        Assert.Equal("application/json; charset=utf-8", headers.ContentType);
        Assert.Equal(
            $$$"""{"id":"{{{id}}}","type":"test","title":"T","state":"Queued","priority":7,"tags":["x"],"input":{"a":"é<&>"},"output":null,"error":null,"attempt":0,"agent":null,"createdAt":"2026-11-22T12:00:00.001Z","updatedAt":"2026-11-22T12:00:00.001Z","startedAt":null,"finishedAt":null,"typeVersion":1,"name":null,"parent":null,"correlationId":null,"submittedBy":null,"rerunOf":null,"dependsOn":null,"callback":null,"cancelRequested":false,"pauseRequested":false,"dueAt":null,"expiresAt":null,"finishBy":null,"progress":null}""",
            body);
        Assert.Equal([id], _clients.Started);
    }

    [Fact]
    public async Task SubmitTask_CallerIsKnown_TheTaskSaysWho()
    {
        var request = Request();
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"type":"test"}"""));
        new Caller("key:0123456789abcdef", "robot", Role.Operator).Enter(request.HttpContext);

        var (_, _, body) = await AnswerAsync(await _functions.SubmitTask(request, _clients.Client, CancellationToken.None));

        Assert.Contains("\"submittedBy\":\"key:0123456789abcdef\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmitTask_SameKeySameBody_TheSameTaskStartedOnceMoreOnlyIfUnstarted()
    {
        var first = await SubmitAsync("""{"type":"test","idempotencyKey":"k"}""");
        var second = await SubmitAsync("""{"type":"test"}""", key: "k");
        await _rig.Lifecycle.MarkStartedAsync(TestTasks.Id(1), CancellationToken.None);
        var third = await SubmitAsync("""{"type":"test"}""", key: "k");

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Body, third.Body);
        Assert.Equal(202, third.Status);
        Assert.Equal(1, _store.Count);
        Assert.Equal(2, _clients.Started.Count);
    }

    [Fact]
    public async Task SubmitTask_SameKeyOtherBody_Conflict()
    {
        await SubmitAsync("""{"type":"test"}""", key: "k");

        var problem = await ProblemOfAsync(() => SubmitAsync("""{"type":"test","input":1}""", key: "k"));

        Assert.Equal((409, "idempotency_conflict"), (problem.Status, problem.Code));
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public async Task SubmitTask_KeyInHeaderAndBodyDiffer_Refused()
    {
        var problem = await ProblemOfAsync(() => SubmitAsync("""{"type":"test","idempotencyKey":"a"}""", key: "b"));

        Assert.Equal((400, "invalid_task"), (problem.Status, problem.Code));
        Assert.Equal(["/idempotencyKey"], problem.Errors!.Select(fault => fault.Pointer));
    }

    [Fact]
    public async Task SubmitTask_OrchestrationCannotBeStarted_AcceptedAllTheSame()
    {
        _clients.Failure = new IOException("away");

        Assert.Equal(202, (await SubmitAsync("""{"type":"test"}""")).Status);
        Assert.True(_store[TestTasks.Id(1)].Unstarted);
    }

    [Theory]
    [InlineData("", "invalid_json", "")]
    [InlineData("nonsense", "invalid_json", "")]
    [InlineData("""{"type":"test" """, "invalid_json", "/type")]
    [InlineData("""{"type":"test","type":"test"}""", "invalid_json", "/type")]
    [InlineData("""{"type":"test","input":{"a":1,"a":2}}""", "invalid_json", "/input/a")]
    [InlineData("""{"type":"test","input":NaN}""", "invalid_json", "/input")]
    [InlineData("""{"type":"test","input":"\ud800"}""", "invalid_json", "/input")]
    [InlineData("""{"type":"test"} {}""", "invalid_json", "")]
    [InlineData("\uFEFF{\"type\":\"test\"}", "invalid_json", "")]
    [InlineData("[]", "invalid_task", "")]
    [InlineData("{}", "invalid_task", "/type")]
    [InlineData("""{"type":"other"}""", "invalid_task", "/type")]
    [InlineData("""{"type":1,"title":2,"tags":"x","priority":"high","extra":0}""", "invalid_task", "/type /title /tags /priority /extra")]
    [InlineData("""{"type":"test","priority":10,"tags":["a","a",""]}""", "invalid_task", "/tags/1 /tags/2 /priority")]
    public async Task SubmitTask_BadBody_EveryFaultNamedAndNothingDone(string body, string code, string pointers)
    {
        var problem = await ProblemOfAsync(() => SubmitAsync(body));

        Assert.Equal((400, code), (problem.Status, problem.Code));
        Assert.Equal(pointers, string.Join(' ', problem.Errors!.Select(fault => fault.Pointer)));
        Assert.Equal(0, _store.Count);
        Assert.Empty(_clients.Started);
    }

    [Fact]
    public async Task SubmitTask_HundredContainersDeep_Refused()
    {
        var problem = await ProblemOfAsync(() => SubmitAsync($$"""{"type":"test","input":{{new string('[', 100)}}{{new string(']', 100)}}}"""));

        Assert.Equal("invalid_json", problem.Code);
        Assert.EndsWith("more than 64 containers lie in each other.", problem.Errors![0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task SubmitTask_InputAtTheLimit_TakenWholeOrRefused(int over, bool isTaken)
    {
        var input = '"' + new string('x', TaskLimits.PayloadBytes - 2 + over) + '"';
        var body = $$"""{"type":"test","input":{{input}}}""";

        if (isTaken)
        {
            await SubmitAsync(body);
            Assert.Equal(input, _store[TestTasks.Id(1)].Input);
        }
        else
        {
            var problem = await ProblemOfAsync(() => SubmitAsync(body));
            Assert.Equal(("invalid_task", "/input"), (problem.Code, problem.Errors!.Single().Pointer));
            Assert.Equal(0, _store.Count);
        }
    }

    [Fact]
    public async Task SubmitTask_TenMegabytes_TooLarge()
    {
        var problem = await ProblemOfAsync(() => SubmitAsync(new string('x', 10_000_000)));

        Assert.Equal((413, "body_too_large"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task GetTask_Known_Shown()
    {
        var submitted = await SubmitAsync("""{"type":"test"}""");

        Assert.Equal(submitted.Body, (await AnswerAsync(await _functions.GetTask(Request(), TestTasks.Id(1).ToString(), CancellationToken.None))).Body);
    }

    [Theory]
    [InlineData("01KABCDEF0123456789ABCDEFG")]
    [InlineData("nope")]
    [InlineData("../x")]
    public async Task GetTask_Unknown_NotFound(string id)
    {
        foreach (var ask in new Func<Task<IActionResult>>[]
        {
            () => _functions.GetTask(Request(), id, CancellationToken.None),
            () => _events.GetTaskEvents(Request(), id, CancellationToken.None),
            () => _wishes.CancelTask(Request(), id, _clients.Client, CancellationToken.None),
        })
        {
            var problem = (await Assert.ThrowsAsync<ProblemException>(ask)).Problem;
            Assert.Equal((404, "task_not_found", $"No task has the id '{id}'."), (problem.Status, problem.Code, problem.Detail));
        }
    }

    [Fact]
    public async Task GetTaskEvents_Known_NumberedFromOne()
    {
        await SubmitAsync("""{"type":"test"}""");
        await _wishes.CancelTask(Request(), TestTasks.Id(1).ToString(), _clients.Client, CancellationToken.None);

        var (_, _, body) = await AnswerAsync(await _events.GetTaskEvents(Request(), TestTasks.Id(1).ToString(), CancellationToken.None));

        Assert.Equal(
            """{"events":[{"number":1,"type":"Submitted","at":"2026-11-22T12:00:00.001Z","attempt":null,"detail":null},{"number":2,"type":"Cancelled","at":"2026-11-22T12:00:00Z","attempt":null,"detail":null}]}""",
            body);
    }

    [Fact]
    public async Task ListTasks_Several_NewestFirstWithoutPayloads()
    {
        await SubmitAsync("""{"type":"test","input":1}""");
        await SubmitAsync("""{"type":"test","input":2}""");
        var request = Request();
        request.Query = new QueryCollection(QueryHelpers.ParseQuery("?pageSize=1"));

        var (status, _, body) = await AnswerAsync(await _functions.ListTasks(request, CancellationToken.None));

        using var list = JsonDocument.Parse(body);
        Assert.Equal(200, status);
        Assert.StartsWith("more ", list.RootElement.GetProperty("continuationToken").GetString(), StringComparison.Ordinal);
        var task = Assert.Single(list.RootElement.GetProperty("tasks").EnumerateArray());
        Assert.Equal(TestTasks.Id(2).ToString(), task.GetProperty("id").GetString());
        Assert.False(task.TryGetProperty("input", out _));
        Assert.False(task.TryGetProperty("output", out _));
    }

    [Fact]
    public async Task ListTasks_ForgedToken_Refused()
    {
        var request = Request();
        request.Query = new QueryCollection(QueryHelpers.ParseQuery("?continuationToken=forged"));

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.ListTasks(request, CancellationToken.None))).Problem;

        Assert.Equal((400, "invalid_query", "/continuationToken"), (problem.Status, problem.Code, problem.Errors!.Single().Pointer));
    }

    [Fact]
    public async Task CancelTask_Queued_CancelledAndItsOrchestrationTold()
    {
        await SubmitAsync("""{"type":"test"}""");

        var (status, headers, body) = await AnswerAsync(await _wishes.CancelTask(Request(), TestTasks.Id(1).ToString(), _clients.Client, CancellationToken.None));

        Assert.Equal(202, status);
        Assert.Equal($"/api/tasks/{TestTasks.Id(1)}", headers.Location);
        Assert.Contains("\"state\":\"Cancelled\"", body, StringComparison.Ordinal);
        Assert.Equal([(TestTasks.Id(1).ToString(), "TaskChanged")], _clients.Raised);
    }

    [Fact]
    public async Task CancelTask_Running_AgentAskedToStop()
    {
        await SubmitAsync("""{"type":"test"}""");
        using var holder = _rig.Holders.Begin(TestTasks.Id(1));
        await _rig.Lifecycle.ClaimAsync(TestTasks.Id(1), new AttemptClaim(1, holder.Name, "a", TimeSpan.FromMinutes(1)), CancellationToken.None);

        for (var i = 0; i < 2; i++)
        {
            var (status, _, body) = await AnswerAsync(await _wishes.CancelTask(Request(), TestTasks.Id(1).ToString(), _clients.Client, CancellationToken.None));
            Assert.Equal(202, status);
            Assert.Contains("\"state\":\"Running\"", body, StringComparison.Ordinal);
        }

        Assert.True(holder.Stopped.IsCancellationRequested);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.CancelRequested], _store.EventTypes(TestTasks.Id(1)));
    }

    [Fact]
    public async Task CancelTask_Over_ConflictNamingItsState()
    {
        await SubmitAsync("""{"type":"test"}""");
        await _rig.Lifecycle.AbandonAsync(TestTasks.Id(1), new TaskError("x", "y"), CancellationToken.None);

        var problem = (await Assert.ThrowsAsync<ProblemException>(
            () => _wishes.CancelTask(Request(), TestTasks.Id(1).ToString(), _clients.Client, CancellationToken.None))).Problem;

        Assert.Equal((409, "task_finished"), (problem.Status, problem.Code));
        Assert.Equal($"Task {TestTasks.Id(1)} is Failed and can no longer be cancelled.", problem.Detail);
    }

    [Fact]
    public async Task SubmitTask_StorageAway_Thrown()
    {
        _store.BeforeCall = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => SubmitAsync("""{"type":"test"}"""));
    }

    private static async Task<Problem> ProblemOfAsync(Func<Task> ask) => (await Assert.ThrowsAsync<ProblemException>(ask)).Problem;

    private async Task<(int Status, IHeaderDictionary Headers, string Body)> SubmitAsync(string body, string? key = null)
    {
        var request = Request();
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (key is not null)
            request.Headers[TasksFunctions.IdempotencyKeyHeader] = key;
        return await AnswerAsync(await _functions.SubmitTask(request, _clients.Client, CancellationToken.None));
    }

    private static HttpRequest Request() => new DefaultHttpContext().Request;

    private static async Task<(int Status, IHeaderDictionary Headers, string Body)> AnswerAsync(IActionResult result)
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        await result.ExecuteResultAsync(new ActionContext { HttpContext = context });
        return (context.Response.StatusCode, context.Response.Headers, Encoding.UTF8.GetString(body.ToArray()));
    }
}
