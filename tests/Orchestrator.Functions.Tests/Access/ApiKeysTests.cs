using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Tests.Access;

public sealed class ApiKeysTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Create_Key_LetsItsHolderInUntilItIsRevoked()
    {
        var rig = new AccessRig();

        var (key, secret) = await rig.Keys.CreateAsync(new NewApiKey("ada", Role.Viewer, null), "local", None);
        Assert.Equal(key, await rig.Cache.FindAsync(secret, () => { }, None));
        var (before, revoked) = await rig.Keys.RevokeAsync(key.Id.ToString(), force: false, "key:0", None);

        Assert.Null(before.RevokedAt);

        Assert.Equal((rig.Time.GetUtcNow(), "key:0"), (revoked.RevokedAt, revoked.RevokedBy));
        Assert.Null(await rig.Cache.FindAsync(secret, () => { }, None));
        Assert.Equal((revoked, revoked), await rig.Keys.RevokeAsync(key.Id.ToString(), force: false, "another", None));
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("x")]
    public async Task Revoke_NoSuchKey_NotFound(string id)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => new AccessRig().Keys.RevokeAsync(id, force: false, "local", None))).Problem;

        Assert.Equal((404, "api_key_not_found", $"No API key has the id '{id}'."), (problem.Status, problem.Code, problem.Detail));
    }

    [Fact]
    public async Task Revoke_LastWayInForAnAdmin_OnlyKnowingly()
    {
        var rig = new AccessRig(new AccessOptions { RequireKeys = true });
        var (key, _) = await rig.Keys.CreateAsync(new NewApiKey("ada", Role.Admin, null), "local", None);
        await rig.Keys.CreateAsync(new NewApiKey("otto", Role.Operator, null), "local", None);
        var (old, _) = await rig.Keys.CreateAsync(new NewApiKey("old", Role.Admin, rig.Time.GetUtcNow()), "local", None);

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => rig.Keys.RevokeAsync(key.Id.ToString(), force: false, "local", None))).Problem;
        Assert.Equal((409, "last_admin_key"), (problem.Status, problem.Code));
        await rig.Keys.RevokeAsync(old.Id.ToString(), force: false, "local", None);

        Assert.NotNull((await rig.Keys.RevokeAsync(key.Id.ToString(), force: true, "local", None)).After.RevokedAt);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Revoke_AdminGetsInAnotherWay_Revoked(bool isLocal, bool isConfigured)
    {
        var options = new AccessOptions { RequireKeys = !isLocal };
        if (isConfigured)
            options.Keys["ada"] = new AccessKeyOptions { Key = "admin-key-0123456789", Role = Role.Admin };
        var rig = new AccessRig(options);
        var (key, _) = await rig.Keys.CreateAsync(new NewApiKey("ada", Role.Admin, null), "local", None);

        Assert.NotNull((await rig.Keys.RevokeAsync(key.Id.ToString(), force: false, "local", None)).After.RevokedAt);
    }

    [Fact]
    public async Task Create_AsManyAsThereMayBe_Refused()
    {
        var rig = new AccessRig();
        for (var i = 0; i < IApiKeyStore.MostKeys; i++)
            rig.Store.Create($"{i}", Role.Viewer);

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => rig.Keys.CreateAsync(new NewApiKey("one more", Role.Viewer, null), "local", None))).Problem;

        Assert.Equal((409, "too_many_api_keys"), (problem.Status, problem.Code));
    }

    [Theory]
    [InlineData("{", "invalid_json", "")]
    [InlineData("[]", "invalid_api_key", "")]
    [InlineData("{}", "invalid_api_key", "/name", "/role")]
    [InlineData("""{"name":"a\nb","role":"Anyone"}""", "invalid_api_key", "/name", "/role")]
    [InlineData("""{"name":"eve\u202enimda","role":"Admin"}""", "invalid_api_key", "/name")]
    [InlineData("""{"name":"a\u200bb","role":"Admin"}""", "invalid_api_key", "/name")]
    [InlineData("""{"name":"a\u2028b","role":"Admin"}""", "invalid_api_key", "/name")]
    [InlineData("""{"name":"a\udb40\udc41b","role":"Admin"}""", "invalid_api_key", "/name")]
    [InlineData("""{"name":"a","role":"admin","expiresAt":"2026-11-22T11:59:59Z","colour":1}""", "invalid_api_key", "/colour", "/expiresAt")]
    [InlineData("""{"name":"a","role":1,"expiresAt":5}""", "invalid_api_key", "/role", "/expiresAt")]
    public void Read_BadBody_EveryFault(string body, string code, params string[] pointers)
    {
        var problem = Assert.Throws<ProblemException>(() => ApiKeyBody.Read(System.Text.Encoding.UTF8.GetBytes(body), Fakes.TestTasks.Start)).Problem;

        Assert.Equal((400, code), (problem.Status, problem.Code));
        Assert.Equal(pointers, problem.Errors!.Select(fault => fault.Pointer));
    }

    [Theory]
    [InlineData("0.0.0.0", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("0.0.0.0", true)]
    public async Task Start_OthersCanReachTheApp_OnlyWithAKey(string address, bool hasKey)
    {
        var rig = new AccessRig(listens: address);
        if (hasKey)
            rig.Store.Create("ada", Role.Viewer);
        var start = new AccessAtStart(rig.Address, rig.Local, rig.Ways, NullLogger<AccessAtStart>.Instance);

        if (hasKey)
        {
            await start.StartAsync(None);
            return;
        }

        var refused = await Assert.ThrowsAsync<UnguardedAddressException>(() => start.StartAsync(None));
        Assert.Equal(IPAddress.Parse(address), refused.Address);
        Assert.Equal(
            $"Embedded:Http:Address is {address}, where others can reach the app, but there is no API key. Set Orchestrator:Access:Keys:NAME:Key and Orchestrator:Access:Keys:NAME:Role, or listen on 127.0.0.1.",
            refused.Message);
    }

    [Theory]
    [InlineData(null, false, 1)]
    [InlineData("127.0.0.1", true, 1)]
    [InlineData("127.0.0.1", false, 0)]
    public async Task Start_NobodyGetsIn_SaysSo(string? address, bool requireKeys, int lines)
    {
        var rig = new AccessRig(new AccessOptions { RequireKeys = requireKeys }, address);
        var log = new Fakes.LogLines<AccessAtStart>();

        await new AccessAtStart(rig.Address, rig.Local, rig.Ways, log).StartAsync(None);

        Assert.Equal(lines, log.Lines(LogLevel.Warning).Count);
    }
}
