using Microsoft.AspNetCore.Http;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Routing;

namespace Orchestrator.Functions.Tests.Access;

public sealed class AccessPolicyTests
{
    private const string ViewerKey = "viewer-key-0123456789";
    private const string OperatorKey = "operator-key-0123456789";
    private const string AdminKey = "admin-key-0123456789";

    public static TheoryData<string, string?, int> EveryRouteAndKey()
    {
        var data = new TheoryData<string, string?, int>();
        foreach (var route in RouteTable.Routes)
        {
            foreach (var (key, role) in new[] { (null, Role.Anyone), ("wrong-key-0123456789", Role.Anyone), (ViewerKey, Role.Viewer), (OperatorKey, Role.Operator), (AdminKey, Role.Admin) })
                data.Add(route.Function, key, role >= route.Role ? 200 : role == Role.Anyone ? 401 : 403);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryRouteAndKey))]
    public async Task Demand_EveryRouteAndKey_AsTheTableSays(string function, string? key, int status) =>
        Assert.Equal(status, await StatusOfAsync(function, Request("203.0.113.7", "app.example", key)));

    [Fact]
    public async Task Demand_FunctionWithoutRow_Forbidden()
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => Rig().Policy.DemandAsync("Forgotten", Request("127.0.0.1", "localhost", AdminKey), CancellationToken.None));

        Assert.Equal(403, refused.Problem.Status);
        Assert.Equal("The function 'Forgotten' has no row in the route table, so nobody may call it.", refused.Message);
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost:7071")]
    [InlineData("127.0.0.1", "127.0.0.1:7071")]
    [InlineData("::1", "[::1]:7071")]
    public async Task Demand_FromThisMachine_NeedsNoKey(string address, string host) =>
        Assert.Equal(200, await StatusOfAsync("CancelTask", Request(address, host)));

    [Theory]
    [InlineData("203.0.113.7", "localhost", null, null)]
    [InlineData("127.0.0.1", "evil.example", null, null)]
    [InlineData("127.0.0.1", "localhost", "X-Forwarded-For", "203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "Forwarded", "for=203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "X-ARR-LOG-ID", "1")]
    [InlineData("127.0.0.1", "localhost", "Via", "1.1 proxy")]
    [InlineData("127.0.0.1", "localhost", "X-Real-IP", "203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "CF-Connecting-IP", "203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "True-Client-IP", "203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "X-Forwarded-Proto", "https")]
    [InlineData("127.0.0.1", "localhost", "x-forwarded-anything", "")]
    [InlineData("127.0.0.1", "localhost", "Sec-Fetch-Site", "cross-site")]
    [InlineData("127.0.0.1", "localhost", "Sec-Fetch-Site", "same-site")]
    [InlineData("127.0.0.1", "localhost", "Authorization", "Bearer\tx")]
    [InlineData("127.0.0.1", "localhost", "Authorization", "Bearer")]
    [InlineData("127.0.0.1", "localhost", "Authorization", "Basic YTpi")]
    [InlineData("127.0.0.1", "localhost", "Origin", "https://evil.example")]
    [InlineData("127.0.0.1", "localhost", "Origin", "null")]
    public async Task Demand_OnlySeeminglyFromThisMachine_NeedsAKey(string address, string host, string? header, string? value)
    {
        var request = Request(address, host);
        if (header is not null)
            request.Headers[header] = value;

        Assert.Equal(401, await StatusOfAsync("CancelTask", request));
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("same-origin", "http://localhost:7071")]
    [InlineData(null, "http://localhost:7071")]
    public async Task Demand_OwnPageOnThisMachine_NeedsNoKey(string? site, string? origin)
    {
        var request = Request("127.0.0.1", "localhost:7071");
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null)
            request.Headers.Origin = origin;

        Assert.Equal(200, await StatusOfAsync("CancelTask", request));
    }

    [Fact]
    public async Task Demand_LoopbackNotTrusted_NeedsAKey() =>
        Assert.Equal(401, await StatusOfAsync("CancelTask", Request("127.0.0.1", "localhost"), new AccessOptions { TrustLoopback = false }));

    [Fact]
    public async Task Demand_WrongKeyFromThisMachine_Refused() =>
        Assert.Equal(401, await StatusOfAsync("CancelTask", Request("127.0.0.1", "localhost", "wrong-key-0123456789")));

    [Fact]
    public async Task Demand_NoKeyConfigured_OnlyThisMachine() =>
        Assert.Equal(401, await StatusOfAsync("CancelTask", Request("203.0.113.7", "app.example", ""), new AccessOptions()));

    [Fact]
    public async Task Demand_Refused_SaysWhatToDoAndNoKey()
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => Rig().Policy.DemandAsync("CancelTask", Request("203.0.113.7", "app.example", ViewerKey), CancellationToken.None));
        var unknown = await Assert.ThrowsAsync<ProblemException>(() => Rig().Policy.DemandAsync("CancelTask", Request("203.0.113.7", "app.example", "wrong-key-0123456789"), CancellationToken.None));

        Assert.Equal("Your role is Viewer; POST tasks/{id}/cancel needs Operator.", refused.Message);
        Assert.Equal("Send a valid API key in the header X-Api-Key.", unknown.Message);
    }

    [Theory]
    [InlineData("127.0.0.1", null, true, false, 401)]
    [InlineData(null, null, false, false, 401)]
    [InlineData("not an address", null, false, false, 401)]
    [InlineData("0.0.0.0", null, false, false, 401)]
    [InlineData("0.0.0.0", true, false, false, 200)]
    [InlineData("0.0.0.0", true, true, false, 401)]
    [InlineData("localhost", null, false, false, 200)]
    [InlineData("::1", null, false, false, 200)]
    [InlineData(null, null, false, true, 200)]
    [InlineData("127.0.0.1", null, true, true, 200)]
    public async Task Demand_FromThisMachine_OnlyWhereTheAppItselfListens(string? listens, bool? trust, bool requireKeys, bool withKey, int status)
    {
        var rig = new AccessRig(WithKeys(new AccessOptions { TrustLoopback = trust, RequireKeys = requireKeys }), listens);

        Assert.Equal(status, await StatusOfAsync(rig, "CancelTask", Request("127.0.0.1", "localhost", withKey ? AdminKey : null)));
    }

    [Fact]
    public async Task Demand_KeyFromStorage_ItsHolderWithItsRole()
    {
        var rig = new AccessRig();
        var secret = rig.Store.Create("Otto's robot", Role.Operator);

        var caller = await rig.Policy.DemandAsync("CancelTask", Request("203.0.113.7", "app.example", secret.Text), CancellationToken.None);

        Assert.Equal(new Caller($"key:{secret.Id}", "Otto's robot", Role.Operator), caller);
        Assert.Equal(403, await StatusOfAsync(rig, "CreateApiKey", Request("203.0.113.7", "app.example", secret.Text)));
    }

    [Fact]
    public async Task Demand_StorageAway_NeverOpen()
    {
        var rig = new AccessRig(WithKeys(new AccessOptions()));
        var secret = rig.Store.Create("ada", Role.Admin);
        rig.Store.IsAway = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => rig.Policy.DemandAsync("CancelTask", Request("127.0.0.1", "localhost", secret.Text), CancellationToken.None));
        Assert.Equal(200, await StatusOfAsync(rig, "CancelTask", Request("203.0.113.7", "app.example", AdminKey)));
        Assert.Equal(401, await StatusOfAsync(rig, "CancelTask", Request("203.0.113.7", "app.example", "wrong-key-0123456789")));
    }

    private static Task<int> StatusOfAsync(string function, HttpRequest request, AccessOptions? options = null) =>
        StatusOfAsync(new AccessRig(options ?? WithKeys(new AccessOptions())), function, request);

    private static async Task<int> StatusOfAsync(AccessRig rig, string function, HttpRequest request)
    {
        try
        {
            await rig.Policy.DemandAsync(function, request, CancellationToken.None);
            return 200;
        }
        catch (ProblemException refused)
        {
            return refused.Problem.Status;
        }
    }

    private static AccessRig Rig() => new(WithKeys(new AccessOptions()));

    private static AccessOptions WithKeys(AccessOptions options)
    {
        options.Keys["eve"] = new AccessKeyOptions { Key = ViewerKey, Role = Role.Viewer };
        options.Keys["otto"] = new AccessKeyOptions { Key = OperatorKey, Role = Role.Operator };
        options.Keys["ada"] = new AccessKeyOptions { Key = AdminKey, Role = Role.Admin };
        return options;
    }

    private static HttpRequest Request(string address, string host, string? key = null) => AccessRig.Request(address, host, key);
}
