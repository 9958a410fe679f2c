using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class TaskWishesFunctionsTests
{
    private readonly TaskRig _rig = new();
    private readonly TaskWishesFunctions _functions;

    public TaskWishesFunctionsTests() => _functions = new TaskWishesFunctions(
        _rig.Lifecycle, _rig.Store, _rig.Intake, _rig.Submitter, _rig.Starter, _rig.Orchestrations, _rig.Purger, _rig.Holders, TestOptions.Of(new HttpOptions()));

    [Theory]
    [InlineData("""{"é" : "<&>\u0041\/😀",  "n":1.50e+3 }""", null)]
    [InlineData("1", """{"é" : "<&>\u0041\/😀",  "n":1.50e+3 }""")]
    public async Task RerunTask_Input_IsKeptByteForByte(string before, string? change)
    {
        var id = await DoneAsync(before);

        await RerunAsync(id, change is null ? "" : $$"""{"input":{{change}},"title":"again"}""");

        var again = _rig.Store[TestTasks.Id(2)];
        Assert.Equal((change ?? before, id.ToString(), change is null ? "" : "again"), (again.Input, again.RerunOf, again.Title));
    }

    [Fact]
    public async Task RerunTask_InputAtTheLimitInAnotherAlphabet_Taken()
    {
        var input = '"' + new string('é', (TaskLimits.PayloadBytes - 2) / 2) + '"';

        await RerunAsync(await DoneAsync(input), "");

        Assert.Equal(input, _rig.Store[TestTasks.Id(2)].Input);
    }

    [Theory]
    [InlineData("[]", "invalid_task", "")]
    [InlineData("null", "invalid_task", "")]
    [InlineData("{", "invalid_json", "")]
    [InlineData("""{"input":1,"input":2}""", "invalid_json", "/input")]
    [InlineData("""{"colour":1}""", "invalid_task", "/colour")]
    [InlineData("""{"title":null,"tags":5}""", "invalid_task", "/tags")]
    public async Task RerunTask_BadChanges_RefusedAndNothingStored(string changes, string code, string pointer)
    {
        var id = await DoneAsync("1");

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RerunAsync(id, changes))).Problem;

        Assert.Equal((400, code, pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
        Assert.Equal(1, _rig.Store.Count);
    }

    [Fact]
    public async Task ResumeTask_HeldBackBeforeItWasTied_TiedThen()
    {
        var first = await _rig.SubmitAsync();
        var second = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllSucceeded) });
        await _functions.PauseTask(Request(), second.ToString(), CancellationToken.None);

        await _functions.ResumeTask(Request(), second.ToString(), _rig.Clients.Client, CancellationToken.None);

        Assert.Equal([second], await _rig.Siblings.ListAsync(first, after: null, 10, CancellationToken.None));
        Assert.Equal((TaskState.Blocked, false), (_rig.Store[second].State, _rig.Store[second].Unstarted));
    }

    [Fact]
    public async Task DeleteTask_OthersAreNotToldOfItsEndYet_TheyAreToldFirst()
    {
        var first = await _rig.SubmitAsync();
        var second = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllFinished) });
        await _rig.Starter.StartAsync(_rig.Clients.Client, _rig.Store[second], CancellationToken.None);
        await _rig.Lifecycle.CancelAsync(first, CancellationToken.None);

        await _functions.DeleteTask(Request(), first.ToString(), _rig.Clients.Client, CancellationToken.None);

        Assert.Equal(TaskState.Queued, _rig.Store[second].State);
        Assert.Equal([second.ToString()], _rig.Clients.Started);
        Assert.Equal(1, _rig.Store.Count);
    }

    [Fact]
    public async Task DeleteTask_OthersWaitForItsEnd_Refused()
    {
        var first = await _rig.SubmitAsync();
        await _rig.Siblings.AddAsync(first, TestTasks.Id(99), CancellationToken.None);

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.DeleteTask(Request(), first.ToString(), _rig.Clients.Client, CancellationToken.None))).Problem;

        Assert.Equal((409, "task_not_finished"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task DeleteTask_CallbackStillToArrive_RefusedUntilItHas()
    {
        var id = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.DeleteTask(Request(), id.ToString(), _rig.Clients.Client, CancellationToken.None))).Problem;

        Assert.Equal(
            (409, "callback_pending", $"The callback of task {id} has not arrived yet. Delete the task once its callback is Delivered or Failed."),
            (problem.Status, problem.Code, problem.Detail));
        Assert.Equal(1, _rig.Store.Count);
        await _rig.Lifecycle.EndFollowUpsAsync(id, CallbackState.Failed, CancellationToken.None);
        await _functions.DeleteTask(Request(), id.ToString(), _rig.Clients.Client, CancellationToken.None);
        Assert.Equal(0, _rig.Store.Count);
    }

    private async Task<TaskId> DoneAsync(string input)
    {
        var id = await _rig.SubmitAsync(submission => submission with { Input = input });
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        return id;
    }

    private Task<IActionResult> RerunAsync(TaskId id, string changes)
    {
        var request = Request();
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(changes));
        return _functions.RerunTask(request, id.ToString(), _rig.Clients.Client, CancellationToken.None);
    }

    private static HttpRequest Request() => new DefaultHttpContext().Request;
}
