using Microsoft.Extensions.Logging;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Access;

public sealed class RefusalLogTests
{
    private readonly LogLines<RefusalLog> _lines = new();

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", null, "203.0.113.0/24")]
    [InlineData("127.0.0.1", "::ffff:203.0.113.7", null, "203.0.113.0/24")]
    [InlineData("127.0.0.1", "2001:db8:1:2::3", null, "2001:db8:1::/48")]
    [InlineData("127.0.0.1", "203.0.113.7", "198.51.100.1", "203.0.113.0/24")]
    [InlineData(null, "127.0.0.1", "192.0.2.9, 198.51.100.1:6000", "198.51.100.0/24")]
    [InlineData(null, "127.0.0.1", "\r\nforged", "127.0.0.0/24")]
    public async Task Refused_CallerIsNotKnown_ItsNetworkIsNamed(string? listens, string address, string? forwarded, string network)
    {
        var rig = new AccessRig(new AccessOptions { RequireKeys = true }, listens);

        await RefuseAsync(rig, Log(rig), "CancelTask", address, key: "wrong-key-0123456789", forwarded);

        Assert.Equal([$"CancelTask answered 401 unauthorized to {network}."], _lines.Lines(LogLevel.Information));
    }

    [Fact]
    public async Task Refused_CallerIsKnown_IsNamed()
    {
        var rig = new AccessRig(limits: new RateLimitOptions { PerSecond = 1, Burst = 1 });
        var secret = rig.Store.Create("eve", Role.Viewer);
        var log = Log(rig);

        await RefuseAsync(rig, log, "CancelTask", "203.0.113.7", secret.Text);
        await RefuseAsync(rig, log, "CancelTask", "203.0.113.7", secret.Text);

        Assert.Equal([$"CancelTask answered 403 forbidden to key:{secret.Id}.", $"CancelTask answered 429 too_many_requests to key:{secret.Id}."], _lines.Lines(LogLevel.Information));
    }

    [Fact]
    public async Task Refused_OneThousandTimes_SaidSeldomAndOthersAllTheSame()
    {
        var rig = new AccessRig();
        var log = Log(rig);
        for (var i = 0; i < 1_000; i++)
            await RefuseAsync(rig, log, "CancelTask", "203.0.113.7", "wrong-key-0123456789");
        Assert.Equal(RefusalLog.Lines.Burst, _lines.Lines(LogLevel.Information).Count);

        await RefuseAsync(rig, log, "CancelTask", "198.51.100.1", "wrong-key-0123456789");

        Assert.Equal(["990 more refusals were left out of the log.", "CancelTask answered 401 unauthorized to 198.51.100.0/24."], _lines.Lines(LogLevel.Information).TakeLast(2));
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(429, true)]
    [InlineData(404, false)]
    [InlineData(503, false)]
    public void Includes_Problem_IfItIsForWantOfAKeyOrRoleOrForTheRate(int status, bool isIncluded) =>
        Assert.Equal(isIncluded, RefusalLog.Includes(KnownProblems.Forbidden("No.") with { Status = status }));

    private static async Task RefuseAsync(AccessRig rig, RefusalLog log, string function, string address, string key, string? forwarded = null)
    {
        var request = AccessRig.Request(address, "app.example", key);
        if (forwarded is not null)
            request.Headers["X-Forwarded-For"] = forwarded;
        var refused = await Assert.ThrowsAsync<ProblemException>(() => rig.Policy.DemandAsync(function, request, CancellationToken.None));
        log.Say(function, refused.Problem, request.HttpContext);
    }

    private RefusalLog Log(AccessRig rig) => new(rig.Networks, rig.Time, _lines);
}
