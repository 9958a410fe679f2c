using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.TestKit.Faults;

public sealed class FaultProxyTests
{
    [Fact]
    public async Task Call_WithoutARule_IsHandedOnAsItCame()
    {
        await using var proxied = await ProxiedStorage.StartAsync();

        using var answer = await proxied.SendAsync("PUT", "/Hub(PartitionKey='a%20b',RowKey='%2Fc')?timeout=3", "body");

        Assert.Equal((201, "answer 1", "\"tag\""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ETag!.ToString()));
        Assert.Equal(["PUT /devstoreaccount1/Hub(PartitionKey='a%20b',RowKey='%2Fc')?timeout=3 then body"], proxied.Storage.Requests);
        Assert.Equal("#1 Table PUT /devstoreaccount1/Hub(PartitionKey='a b',RowKey='/c')?timeout=3 201", Assert.Single(proxied.Proxy.Calls).ToString());
        Assert.Empty(proxied.Proxy.Failures);
    }

    [Theory]
    [InlineData("HEAD", 201, 8L)]
    [InlineData("DELETE", 204, 0L)]
    public async Task Call_AnsweredWithoutABody_IsHandedOn(string method, int status, long? length)
    {
        await using var proxied = await ProxiedStorage.StartAsync();

        using var answer = await proxied.SendAsync(method, "/box/thing", service: "Blob");

        Assert.Equal((status, length, ""), ((int)answer.StatusCode, answer.Content.Headers.ContentLength, await answer.Content.ReadAsStringAsync()));
        Assert.Empty(proxied.Proxy.Failures);
    }

    [Fact]
    public async Task Calls_OfAllServices_AreNumberedTogether()
    {
        await using var proxied = await ProxiedStorage.StartAsync();

        await proxied.AskAsync("GET", "/Hub()");
        await proxied.AskAsync("POST", "/queue/messages", "hello", "Queue");
        await proxied.AskAsync("GET", "/box/thing", service: "Blob");

        Assert.Equal(
            [(1, StorageService.Table, false), (2, StorageService.Queue, true), (3, StorageService.Blob, false)],
            proxied.Proxy.Calls.Select(call => (call.Number, call.Service, call.IsWrite)));
        Assert.Equal(3, proxied.Proxy.Count);
    }

    [Theory]
    [InlineData("/$batch", "--c\r\nHTTP/1.1 412 Precondition Failed\r\n", 412)]
    [InlineData("/$batch", "--c\r\nHTTP/1.1 204 No Content\r\n", 202)]
    [InlineData("/Hub", "HTTP/1.1 412 Precondition Failed", 202)]
    public async Task Status_OfARefusedTransaction_IsThatOfTheRefusal(string target, string answer, int status)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Storage.Answer = (202, answer);

        Assert.Equal((202, answer), await proxied.AskAsync("POST", target, "x"));

        Assert.Equal(status, Assert.Single(proxied.Proxy.Calls).Status);
    }

    [Fact]
    public async Task MostAtOnce_CountsWhatWasNeitherAnsweredNorAbandoned()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var gate = new TaskCompletionSource();
        proxied.Proxy.Add(new FaultRule(new StorageFault.CallBefore(_ => gate.Task)) { Method = "POST", Times = 2 });

        await proxied.AskAsync("GET", "/Hub()");
        var held = new[] { proxied.AskAsync("POST", "/Hub", "x"), proxied.AskAsync("POST", "/HubLog", "x") };
        await Eventually.TrueAsync(() => proxied.Proxy.Count == 3, "both have come");
        await proxied.AskAsync("GET", "/Hub()");
        gate.SetResult();
        await Task.WhenAll(held);
        await proxied.AskAsync("POST", "/Hub", "x");

        Assert.Equal((3, 2, 1, 0), (MostAtOnce(_ => true), MostAtOnce(call => call.IsWrite), MostAtOnce(call => call.Table == "HubLog"), MostAtOnce(call => call.Table == "No")));

        int MostAtOnce(Func<StorageCall, bool> where) => proxied.Proxy.MostAtOnce(where);
    }

    [Fact]
    public async Task Call_WhoseCallerGoes_IsAbandoned()
    {
        var time = new ManualTimeProvider();
        await using var proxied = await ProxiedStorage.StartAsync(time);
        proxied.Proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.FromSeconds(5))) { Times = 1 });
        using var patience = new CancellationTokenSource();

        var asked = proxied.SendAsync("GET", "/Hub()", cancellationToken: patience.Token);
        await time.WhenArmedAsync(1).WithinLimitAsync("the call is held back");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        await Eventually.TrueAsync(() => proxied.Proxy.Calls[0].IsAbandoned, "the call is abandoned");
        await proxied.AskAsync("GET", "/Hub()");
        Assert.Equal((1, false), (proxied.Proxy.MostAtOnce(_ => true), proxied.Proxy.Calls[1].IsAbandoned));
    }

    [Fact]
    public async Task Reset_ForgetsCallsAndRules()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(500)));
        await proxied.AskAsync("GET", "/Hub()");

        proxied.Proxy.Reset();

        Assert.Empty(proxied.Proxy.Calls);
        Assert.Equal((201, "answer 1"), await proxied.AskAsync("GET", "/Hub()"));
        Assert.Equal(1, Assert.Single(proxied.Proxy.Calls).Number);
    }

    [Fact]
    public async Task Remove_LetsCallsThroughAgain()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var rule = proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(500)));
        Assert.Equal(500, (await proxied.AskAsync("GET", "/Hub()")).Status);

        proxied.Proxy.Remove(rule);

        Assert.Equal(201, (await proxied.AskAsync("GET", "/Hub()")).Status);
    }

    [Fact]
    public async Task Call_WhenStorageIsGone_IsResetAndToldAsAFailure()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        await proxied.Storage.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync("GET", "/Hub()"));

        Assert.StartsWith("The proxy failed at #1 Table GET /devstoreaccount1/Hub(): ", Assert.Single(proxied.Proxy.Failures).Message, StringComparison.Ordinal);
    }
}
