using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Routing;

namespace Orchestrator.Functions.Tests.Routing;

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
    public void Demand_EveryRouteAndKey_AsTheTableSays(string function, string? key, int status) =>
        Assert.Equal(status, StatusOf(function, Request("203.0.113.7", "app.example", key)));

    [Fact]
    public void Demand_FunctionWithoutRow_Forbidden()
    {
        var refused = Assert.Throws<ProblemException>(() => Policy().Demand("Forgotten", Request("127.0.0.1", "localhost", AdminKey)));

        Assert.Equal(403, refused.Problem.Status);
        Assert.Equal("The function 'Forgotten' has no row in the route table, so nobody may call it.", refused.Message);
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost:7071")]
    [InlineData("127.0.0.1", "127.0.0.1:7071")]
    [InlineData("::1", "[::1]:7071")]
    public void Demand_FromThisMachine_NeedsNoKey(string address, string host) =>
        Assert.Equal(200, StatusOf("CancelTask", Request(address, host)));

    [Theory]
    [InlineData("203.0.113.7", "localhost", null, null)]
    [InlineData("127.0.0.1", "evil.example", null, null)]
    [InlineData("127.0.0.1", "localhost", "X-Forwarded-For", "203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "Forwarded", "for=203.0.113.7")]
    [InlineData("127.0.0.1", "localhost", "X-ARR-LOG-ID", "1")]
    [InlineData("127.0.0.1", "localhost", "Origin", "https://evil.example")]
    [InlineData("127.0.0.1", "localhost", "Origin", "null")]
    public void Demand_OnlySeeminglyFromThisMachine_NeedsAKey(string address, string host, string? header, string? value)
    {
        var request = Request(address, host);
        if (header is not null)
            request.Headers[header] = value;

        Assert.Equal(401, StatusOf("CancelTask", request));
    }

    [Fact]
    public void Demand_OwnPageOnThisMachine_NeedsNoKey()
    {
        var request = Request("127.0.0.1", "localhost:7071");
        request.Headers.Origin = "http://localhost:7071";

        Assert.Equal(200, StatusOf("CancelTask", request));
    }

    [Fact]
    public void Demand_LoopbackNotTrusted_NeedsAKey() =>
        Assert.Equal(401, StatusOf("CancelTask", Request("127.0.0.1", "localhost"), new AccessOptions { TrustLoopback = false }));

    [Fact]
    public void Demand_WrongKeyFromThisMachine_Refused() =>
        Assert.Equal(401, StatusOf("CancelTask", Request("127.0.0.1", "localhost", "wrong-key-0123456789")));

    [Fact]
    public void Demand_NoKeyConfigured_OnlyThisMachine() =>
        Assert.Equal(401, StatusOf("CancelTask", Request("203.0.113.7", "app.example", ""), new AccessOptions()));

    [Fact]
    public void Demand_Refused_SaysWhatToDoAndNoKey()
    {
        var refused = Assert.Throws<ProblemException>(() => Policy().Demand("CancelTask", Request("203.0.113.7", "app.example", ViewerKey)));

        Assert.Equal("The key's role is Viewer; POST tasks/{id}/cancel needs Operator.", refused.Message);
    }

    private static int StatusOf(string function, HttpRequest request, AccessOptions? options = null)
    {
        try
        {
            Policy(options).Demand(function, request);
            return 200;
        }
        catch (ProblemException refused)
        {
            return refused.Problem.Status;
        }
    }

    private static AccessPolicy Policy(AccessOptions? options = null)
    {
        if (options is null)
        {
            options = new AccessOptions();
            options.Keys["eve"] = new AccessKeyOptions { Key = ViewerKey, Role = Role.Viewer };
            options.Keys["otto"] = new AccessKeyOptions { Key = OperatorKey, Role = Role.Operator };
            options.Keys["ada"] = new AccessKeyOptions { Key = AdminKey, Role = Role.Admin };
        }

        return new AccessPolicy(Options.Create(options));
    }

    private static HttpRequest Request(string address, string host, string? key = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Host = new HostString(host);
        if (key is not null)
            context.Request.Headers[AccessPolicy.KeyHeader] = key;
        return context.Request;
    }
}
