using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class AttemptsFunctionsTests
{
    private readonly TaskRig _rig = new();
    private readonly AttemptsFunctions _functions;

    public AttemptsFunctionsTests() =>
        _functions = new AttemptsFunctions(_rig.Store, _rig.Siblings, _rig.Siblings, _rig.Lifecycle, _rig.Orchestrations, _rig.Outputs, _rig.Time, Options.Create(new HttpOptions()));

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
    public async Task HeartbeatAttempt_MoreThanIsKept_DroppedFromTheBoundOn()
    {
        var (id, token) = await HandOutAsync();
        var line = new string('x', TaskLimits.LogLineLength);
        var body = JsonSerializer.Serialize(new { log = Enumerable.Repeat(line, 100) });

        await HeartbeatAsync(id, token, body);
        await HeartbeatAsync(id, token, body);

        Assert.Equal(TaskLimits.LogCharacters / TaskLimits.LogLineLength, (await _rig.Siblings.GetLogAsync(id, 1, CancellationToken.None)).Count);
    }

    private async Task<(TaskId Id, string Token)> HandOutAsync()
    {
        var id = await _rig.SubmitAsync();
        var (task, lease) = await _rig.ClaimAsync(id);
        await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Pending(), CancellationToken.None);
        return (id, await _rig.Siblings.IssueAsync(id, 1, lease.Epoch, CancellationToken.None));
    }

    private Task<IActionResult> HeartbeatAsync(TaskId id, string token, string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.Headers[AttemptsFunctions.TokenHeader] = token;
        return _functions.HeartbeatAttempt(request, id.ToString(), "1", CancellationToken.None);
    }
}
