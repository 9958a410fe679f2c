using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Tests.Access;

public sealed class OpenWaitsTests
{
    private static readonly Caller Ada = new("key:1", "ada", Role.Viewer);

    private readonly OpenWaits _waits = new(Options.Create(new RateLimitOptions { OpenWaits = 2 }));

    [Fact]
    public void Enter_OneTooMany_OnlyThatCallerIsRefusedAndUntilItLeavesOne()
    {
        var first = _waits.Enter(Ada);
        using var second = _waits.Enter(Ada);

        var problem = Assert.Throws<ProblemException>(() => _waits.Enter(Ada)).Problem;
        Assert.Equal((429, "too_many_requests", TimeSpan.FromSeconds(5)), (problem.Status, problem.Code, problem.RetryAfter));
        Assert.Equal("2 requests of yours are waiting or streaming, as many as one caller may have open. Nothing was done; try again after the time that Retry-After says.", problem.Detail);
        using var others = _waits.Enter(Ada with { Id = "key:2" });

        // Once is once, however often it is said.
        first.Dispose();
        first.Dispose();
        using var third = _waits.Enter(Ada);
        Assert.Throws<ProblemException>(() => _waits.Enter(Ada));
    }

    [Theory]
    [InlineData("?wait=30", "", true)]
    [InlineData("?WAIT=0", "*/*", true)]
    [InlineData("", "text/event-stream", true)]
    [InlineData("", "application/json, TEXT/event-stream;q=0.5", true)]
    [InlineData("?after=1", "application/json", false)]
    [InlineData("", "", false)]
    public void Includes_Request_IfItAsksToStayOpen(string query, string accept, bool isIncluded)
    {
        var request = AccessRig.Request("127.0.0.1", "localhost");
        request.QueryString = new(query);
        if (accept.Length > 0)
            request.Headers.Accept = accept;

        Assert.Equal(isIncluded, OpenWaits.Includes(request));
    }
}
