using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Schemas;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class AttemptsFunctionsTests
{
    private readonly TaskRig _rig = new();
    private readonly AttemptsFunctions _functions;

    public AttemptsFunctionsTests() =>
        _functions = Functions(_rig.Outputs);

    [Theory]
    [InlineData("""{"percent":50,"log":["a",1]}""", "/log/1")]
    [InlineData("""{"percent":101,"log":["a"]}""", "/percent")]
    [InlineData("""{"text":1,"log":["a"]}""", "/text")]
    [InlineData("""{"percent":50,"log":"a"}""", "/log")]
    [InlineData("""{"percent":50,"colour":1}""", "/colour")]
    [InlineData("[]", "")]
    public async Task HeartbeatAttempt_BadField_RefusedAndNothingWritten(string body, string pointer)
    {
        var (id, token) = await HandOutAsync();

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => HeartbeatAsync(id, token, body))).Problem;

        Assert.Equal((400, "invalid_attempt", pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
        Assert.Null(await _rig.Siblings.GetReportAsync(id, CancellationToken.None));
        Assert.Empty(await _rig.Siblings.GetLogAsync(id, 1, CancellationToken.None));
    }

    [Fact]
    public async Task HeartbeatAttempt_ManyFaults_EveryOneIsNamed()
    {
        var (id, token) = await HandOutAsync();

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => HeartbeatAsync(id, token, """{"colour":1,"text":1,"percent":101,"log":["a",1]}"""))).Problem;

        Assert.Equal(["/colour", "/text", "/percent", "/log/1"], problem.Errors!.Select(fault => fault.Pointer));
    }

    [Fact]
    public async Task HeartbeatAttempt_AfterTheDetailsOfAnEarlierAttempt_TheyStayUntilItHasItsOwn()
    {
        var (id, token) = await HandOutAsync();
        await HeartbeatAsync(id, token, """{"percent":80,"text":"nearly","details":{"page":7}}""");
        await _functions.FailAttempt(Request(token, "{}"), id.ToString(), "1", _rig.Clients.Client, CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        var (task, lease) = await _rig.ClaimAsync(id, attempt: 2);
        await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Pending(), CancellationToken.None);
        var second = await _rig.Siblings.IssueAsync(id, 2, lease.Epoch, CancellationToken.None);

        await HeartbeatAsync(id, second, """{"percent":10}""", attempt: 2);
        Assert.Equal((2, 10, null, """{"page":7}"""), await ReportAsync(id));
        await HeartbeatAsync(id, second, """{"details":{"page":8}}""", attempt: 2);
        Assert.Equal((2, 10, null, """{"page":8}"""), await ReportAsync(id));
    }

    [Fact]
    public async Task CompleteAttempt_OutputThatDoesNotFitThePinnedSchema_TriedAgainThenFailed()
    {
        var type = new TaskType { Name = "test", OutputSchema = """{"type":"object","required":["sum"],"properties":{"sum":{"type":"integer"}}}""", Retry = new RetryPolicy { MaxAttempts = 2 } };
        var functions = Functions(new OutputCheck(new TestCatalog(type), new JsonSchemas()));
        var (id, token) = await HandOutAsync(submission => submission with { Type = type });

        await functions.CompleteAttempt(Request(token, """{"output":{"sum":"three"}}"""), id.ToString(), "1", _rig.Clients.Client, CancellationToken.None);
        Assert.Equal(
            (TaskState.Scheduled, "output_invalid", "The output does not fit the output schema of task type 'test', version 1. /sum: It must be a whole number, not a string."),
            (_rig.Store[id].State, _rig.Store[id].Error?.Code, _rig.Store[id].Error?.Message));
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        var (task, lease) = await _rig.ClaimAsync(id, attempt: 2);
        await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Pending(), CancellationToken.None);
        var second = await _rig.Siblings.IssueAsync(id, 2, lease.Epoch, CancellationToken.None);
        await functions.CompleteAttempt(Request(second, "{}"), id.ToString(), "2", _rig.Clients.Client, CancellationToken.None);

        Assert.Equal((TaskState.Failed, "output_invalid", null), (_rig.Store[id].State, _rig.Store[id].Error?.Code, _rig.Store[id].Output));
    }

    [Fact]
    public async Task CompleteAttempt_OutputOverTheBound_RefusedAndStillPending()
    {
        var (id, token) = await HandOutAsync();
        var before = _rig.Store[id];
        var output = '"' + new string('x', TaskLimits.PayloadBytes - 1) + '"';

        var exception = await Assert.ThrowsAsync<PayloadTooLargeException>(() => _functions.CompleteAttempt(
            Request(token, $$"""{"output":{{output}}}"""), id.ToString(), "1", _rig.Clients.Client, CancellationToken.None));

        Assert.Equal($"The output of attempt 1 of task {id} is {TaskLimits.PayloadBytes + 1} bytes long; at most {TaskLimits.PayloadBytes} can be stored.", exception.Message);
        Assert.Same(before, _rig.Store[id]);
    }

    [Fact]
    public async Task HeartbeatAttempt_WhatIsNotSaid_StaysAsItWas()
    {
        var (id, token) = await HandOutAsync();

        await HeartbeatAsync(id, token, """{"percent":10,"text":"a","details":{"page":1}}""");
        await HeartbeatAsync(id, token, """{"percent":20}""");
        await HeartbeatAsync(id, token, "");

        var report = (await _rig.Siblings.GetReportAsync(id, CancellationToken.None))!.Report;
        Assert.Equal((20, "a", """{"page":1}"""), (report.Percent, report.Text, report.Details));
    }

    [Fact]
    public async Task HeartbeatAttempt_TwoAtOnceSayTheSamePart_NoLineIsLost()
    {
        var (id, token) = await HandOutAsync();
        var isFirst = true;
        _rig.Siblings.BeforeWrite = () =>
        {
            // The first call has read the log and is about to write; another one is faster.
            if (!isFirst)
                return;
            isFirst = false;
            Assert.True(_rig.Siblings.AddLogAsync(id, new AttemptLog(new AttemptLogPart(1, 1, 0), [new AttemptLogLine(_rig.Time.GetUtcNow(), AttemptLogLevel.Information, "faster")]), CancellationToken.None).Result);
        };

        await HeartbeatAsync(id, token, """{"log":["slower"]}""");

        Assert.Equal(["faster", "slower"], (await _rig.Siblings.GetLogAsync(id, 1, CancellationToken.None)).Select(line => line.Text));
    }

    [Fact]
    public async Task HeartbeatAttempt_MoreThanIsKept_DroppedFromTheBoundOnAndTheLastLineSaysSo()
    {
        var (id, token) = await HandOutAsync();
        var line = new string('x', TaskLimits.LogLineLength);
        var body = JsonSerializer.Serialize(new { log = Enumerable.Repeat(line, 100) });

        await HeartbeatAsync(id, token, body);
        await HeartbeatAsync(id, token, body);

        var log = await _rig.Siblings.GetLogAsync(id, 1, CancellationToken.None);
        Assert.Equal(TaskLimits.LogCharacters / TaskLimits.LogLineLength, log.Count - 1);
        Assert.Equal(
            (AttemptLogLevel.Warning, "The attempt has said more than the 1000 lines or 262144 characters that are kept; the rest is dropped."), (log[^1].Level, log[^1].Text));
    }

    private AttemptsFunctions Functions(OutputCheck outputs) =>
        new(_rig.Store, _rig.Siblings, _rig.Siblings, _rig.Lifecycle, _rig.Orchestrations, outputs, _rig.Time, TestOptions.Of(new HttpOptions()));

    private async Task<(TaskId Id, string Token)> HandOutAsync(Func<TaskSubmission, TaskSubmission>? change = null)
    {
        var id = await _rig.SubmitAsync(change);
        var (task, lease) = await _rig.ClaimAsync(id);
        await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Pending(), CancellationToken.None);
        return (id, await _rig.Siblings.IssueAsync(id, 1, lease.Epoch, CancellationToken.None));
    }

    private async Task<(int Attempt, int? Percent, string? Text, string? Details)> ReportAsync(TaskId id)
    {
        var report = (await _rig.Siblings.GetReportAsync(id, CancellationToken.None))!.Report;
        return (report.Attempt, report.Percent, report.Text, report.Details);
    }

    private Task<IActionResult> HeartbeatAsync(TaskId id, string token, string body, int attempt = 1) =>
        _functions.HeartbeatAttempt(Request(token, body), id.ToString(), $"{attempt}", CancellationToken.None);

    private static HttpRequest Request(string token, string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.Headers[AttemptsFunctions.TokenHeader] = token;
        return request;
    }
}
