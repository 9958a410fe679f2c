using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.TestKit.Faults;

public sealed class StorageFaultTests
{
    private const string Target = "/Hub()";

    [Fact]
    public async Task Delay_HoldsTheCallBack()
    {
        var time = new ManualTimeProvider();
        await using var proxied = await ProxiedStorage.StartAsync(time);
        proxied.Proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.FromSeconds(5))));

        var asked = proxied.AskAsync("POST", Target, "x");
        await time.WhenArmedAsync(1).WithinLimitAsync("the call is held back");
        Assert.Empty(proxied.Storage.Requests);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((201, "answer 1"), await asked.WithinLimitAsync("the answer"));
    }

    [Theory]
    [InlineData("Table", "{\"odata.error\":{\"code\":\"ServerBusy\",\"message\":{\"lang\":\"en-US\",\"value\":\"Injected by the fault proxy.\"}}}")]
    [InlineData("Queue", "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code><Message>Injected by the fault proxy.</Message></Error>")]
    public async Task Answer_IsGivenWithoutAskingStorage(string service, string body)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(503) { RetryAfter = TimeSpan.FromSeconds(1.5) }));

        using var answer = await proxied.SendAsync("POST", Target, "x", service);

        Assert.Equal((503, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(("2", "ServerBusy"), (answer.Headers.RetryAfter!.ToString(), answer.Headers.GetValues("x-ms-error-code").Single()));
        Assert.Empty(proxied.Storage.Requests);
        var call = Assert.Single(proxied.Proxy.Calls);
        Assert.Equal((null, new StorageFault.Answer(503) { RetryAfter = TimeSpan.FromSeconds(1.5) }), (call.Status, call.Fault));
    }

    [Theory]
    [InlineData("Table", 409, null, "EntityAlreadyExists")]
    [InlineData("Table", 412, null, "UpdateConditionNotSatisfied")]
    [InlineData("Table", 404, null, "ResourceNotFound")]
    [InlineData("Table", 409, "TableBeingDeleted", "TableBeingDeleted")]
    [InlineData("Queue", 409, null, "QueueAlreadyExists")]
    [InlineData("Queue", 404, null, "MessageNotFound")]
    [InlineData("Blob", 409, null, "BlobAlreadyExists")]
    [InlineData("Blob", 404, null, "BlobNotFound")]
    [InlineData("Blob", 412, null, "ConditionNotMet")]
    [InlineData("Blob", 500, null, "InternalError")]
    [InlineData("Blob", 504, null, "OperationTimedOut")]
    public async Task Answer_HasTheCodeOfItsStatus(string service, int status, string? given, string code)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(status) { Code = given }));

        using var answer = await proxied.SendAsync("POST", Target, "x", service);

        Assert.Equal((status, code), ((int)answer.StatusCode, answer.Headers.GetValues("x-ms-error-code").Single()));
    }

    [Theory]
    [InlineData(412, 202, "HTTP/1.1 412 UpdateConditionNotSatisfied")]
    [InlineData(500, 500, "InternalError")]
    public async Task Answer_ToATransaction_RefusesItAsStorageDoes(int status, int outer, string inner)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Answer(status)));

        var (given, body) = await proxied.AskAsync("POST", "/$batch", "x");

        Assert.Equal(outer, given);
        Assert.Contains(inner, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_LosesTheCall()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Reset()));

        await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync("POST", Target, "x"));

        Assert.Empty(proxied.Storage.Requests);
    }

    [Fact]
    public async Task ApplyThenAnswer_AsksStorageAndReportsAFailure()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.ApplyThenAnswer(500)));

        Assert.Equal(500, (await proxied.AskAsync("POST", Target, "x")).Status);

        Assert.Single(proxied.Storage.Requests);
        Assert.Equal(201, Assert.Single(proxied.Proxy.Calls).Status);
    }

    [Fact]
    public async Task ApplyThenAnswer_ToWhatStorageRefuses_HandsTheRefusalOn()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Storage.Answer = (404, "no");
        proxied.Proxy.Add(new FaultRule(new StorageFault.ApplyThenAnswer(500)));

        Assert.Equal((404, "no"), await proxied.AskAsync("POST", Target, "x"));
    }

    [Fact]
    public async Task ApplyThenReset_AsksStorageAndLosesTheAnswer()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.ApplyThenReset()));

        await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync("POST", Target, "x"));

        Assert.Single(proxied.Storage.Requests);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Truncate_AsksStorageAndBreaksTheAnswerOff(string method)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.Truncate()));

        await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync(method, Target));

        Assert.Single(proxied.Storage.Requests);
        Assert.Empty(proxied.Proxy.Failures);
    }

    [Fact]
    public async Task DeliverTwice_GivesTheSecondAnswer()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.DeliverTwice()));

        Assert.Equal((201, "answer 2"), await proxied.AskAsync("POST", Target, "x"));

        var request = $"POST /devstoreaccount1{Target} then x";
        Assert.Equal([request, request], proxied.Storage.Requests);
        Assert.Equal(1, proxied.Proxy.Count);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task CallBefore_CallsBackBeforeStorageIsAsked(bool drops, int asked)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var seen = new List<string>();
        var fault = new StorageFault.CallBefore(call => Task.Run(() => seen.Add($"{call}; {proxied.Storage.Requests.Count} asked"))) { Drops = drops };
        proxied.Proxy.Add(new FaultRule(fault));

        await AssertAnswersUnlessAsync(drops, proxied);

        Assert.Equal([$"#1 Table POST /devstoreaccount1/Hub() ({fault}); 0 asked"], seen);
        Assert.Equal(asked, proxied.Storage.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallAfter_CallsBackBetweenApplicationAndAnswer(bool drops)
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        var seen = new List<string>();
        var fault = new StorageFault.CallAfter(call => Task.Run(() => seen.Add($"{call}; {proxied.Storage.Requests.Count} asked"))) { Drops = drops };
        proxied.Proxy.Add(new FaultRule(fault));

        await AssertAnswersUnlessAsync(drops, proxied);

        Assert.Equal([$"#1 Table POST /devstoreaccount1/Hub() 201 ({fault}); 1 asked"], seen);
    }

    [Fact]
    public async Task CallBefore_WhoseCallbackThrows_IsToldAsAFailure()
    {
        await using var proxied = await ProxiedStorage.StartAsync();
        proxied.Proxy.Add(new FaultRule(new StorageFault.CallBefore(_ => throw new InvalidOperationException("no"))));

        await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync("POST", Target, "x"));

        Assert.Equal("The proxy failed at #1 Table POST /devstoreaccount1/Hub() (CallBefore): no", Assert.Single(proxied.Proxy.Failures).Message);
    }

    private static async Task AssertAnswersUnlessAsync(bool drops, ProxiedStorage proxied)
    {
        if (drops)
            await Assert.ThrowsAsync<HttpRequestException>(() => proxied.AskAsync("POST", Target, "x"));
        else
            Assert.Equal((201, "answer 1"), await proxied.AskAsync("POST", Target, "x"));
    }
}
