using System.Text;
using Orchestrator.TestKit.Faults;

namespace Orchestrator.Cli.Tests.TestKit.Faults;

public sealed class FaultRuleTests
{
    private static readonly StorageFault _fault = new StorageFault.Answer(500);

    [Fact]
    public async Task Nth_FiresOnceOnThatMatch()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var rule = proxied.Proxy.Add(FaultRule.Nth(2, _fault));

        Assert.Equal([201, 500, 201, 201], await StatusesAsync(proxied, 4));
        Assert.Equal((4, 1), (rule.Matched, rule.Fired));
    }

    [Fact]
    public async Task FirstAndTimes_BoundWhereItFires()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(_fault) { First = 2, Times = 2 });

        Assert.Equal([201, 500, 500, 201], await StatusesAsync(proxied, 4));
    }

    [Fact]
    public async Task Share_WithOneSeed_ChoosesTheSameCalls()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(_fault) { Share = 0.2, Seed = 7 });
        var once = await StatusesAsync(proxied, 100);
        proxied.Proxy.Reset();
        proxied.Proxy.Add(new FaultRule(_fault) { Share = 0.2, Seed = 7 });
        var again = await StatusesAsync(proxied, 100);

        Assert.Equal(once, again);
        Assert.InRange(once.Count(status => status == 500), 10, 30);
    }

    [Fact]
    public async Task Conditions_AllHaveToHold()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var rule = proxied.Proxy.Add(new FaultRule(_fault)
        {
            Service = StorageService.Table,
            Method = "post",
            Path = @"/Hub\(",
            Where = call => call.Target.Contains("yes", StringComparison.Ordinal),
        });

        Assert.Equal(201, (await proxied.AskAsync("POST", "/Hub()?yes", "x", "Queue")).Status);
        Assert.Equal(201, (await proxied.AskAsync("PUT", "/Hub()?yes", "x")).Status);
        Assert.Equal(201, (await proxied.AskAsync("POST", "/HubLog()?yes", "x")).Status);
        Assert.Equal(201, (await proxied.AskAsync("POST", "/Hub()?no", "x")).Status);
        Assert.Equal(500, (await proxied.AskAsync("POST", "/Hub%28)?yes", "x")).Status);
        Assert.Equal((1, @"/Hub\("), (rule.Matched, rule.Path));
    }

    [Fact]
    public async Task SeveralRules_TheFirstThatFiresDecidesAndAllCount()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var first = proxied.Proxy.Add(FaultRule.Nth(2, _fault));
        var second = proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(503)));

        Assert.Equal([503, 500, 503], await StatusesAsync(proxied, 3));
        Assert.Equal((3, 1, 3, 2), (first.Matched, first.Fired, second.Matched, second.Fired));
    }

    [Fact]
    public async Task FirstSendings_WhatIsSentAgain_GoesThrough()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var rule = proxied.Proxy.Add(new FaultRule(_fault) { FirstSendings = true });

        string?[] requests = ["a", "b", "a", null, null, "b"];
        var statuses = new List<int>();
        foreach (var request in requests)
        {
            using var answer = await proxied.SendAsync("POST", "/Hub", "x", requestId: request);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([500, 500, 201, 500, 500, 201], statuses);
        Assert.Equal((4, 4), (rule.Matched, rule.Fired));
        Assert.Equal(requests, proxied.Proxy.Calls.Select(call => call.RequestId));
    }

    [Theory]
    [InlineData("GET", "/HubLog(PartitionKey='1',RowKey='2')", "", "HubLog")]
    [InlineData("GET", "/HubLog()?$filter=x", "", "HubLog")]
    [InlineData("POST", "/HubLog", "{}", "HubLog")]
    [InlineData("DELETE", "/Tables('HubLog')", "", "Tables")]
    [InlineData("POST", "/$batch", "--b\r\n\r\nPUT http://127.0.0.1:1/devstoreaccount1/HubLive(PartitionKey='live',RowKey='%21f') HTTP/1.1\r\n", "HubLive")]
    [InlineData("POST", "/$batch", "--b\r\n\r\nPOST http://127.0.0.1:1/devstoreaccount1/HubLive HTTP/1.1\r\n", "HubLive")]
    [InlineData("POST", "/$batch", "nothing", null)]
    public async Task Table_IsThatOfTheRows(string method, string target, string body, string? table)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var seen = "";
        proxied.Proxy.Add(new FaultRule(new StorageFault.CallBefore(call => Task.FromResult(seen = Encoding.UTF8.GetString(call.Body.Span)))));

        await proxied.AskAsync(method, target, body);

        Assert.Equal((table, body), (Assert.Single(proxied.Proxy.Calls).Table, seen));
    }

    [Fact]
    public async Task Table_OfAnotherService_IsNull()
    {
        await using var proxied = await ProxiedStorage.StartAsync();

        await proxied.AskAsync("GET", "/queue/messages", service: "Queue");

        Assert.Null(Assert.Single(proxied.Proxy.Calls).Table);
    }

    private static async Task<IReadOnlyList<int>> StatusesAsync(ProxiedStorage proxied, int count)
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add((await proxied.AskAsync("GET", "/Hub()")).Status);
        return statuses;
    }
}
