using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agents.Outbound;
using Orchestrator.Errors;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Agents.Tests.Outbound;

public sealed class OutboundHttpTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task Send_EverythingGiven_ArrivesAndItsAnswerComesBack()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(418, "tea", "text/plain", ("X-Many", "a")));
        using var wayOut = WayOut.ToThisMachine();

        var response = await wayOut.Http.SendAsync(
            new OutboundRequest
            {
                Method = HttpMethod.Put,
                Address = $"http://localhost:{server.Port}/a%20b?c=d",
                Headers = [KeyValuePair.Create("X-One", "1"), KeyValuePair.Create("Content-Type", "application/json"), KeyValuePair.Create("Authorization", "Bearer t")],
                Body = "{}"u8.ToArray(),
            },
            CancellationToken.None);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("PUT", "/a%20b?c=d", "{}"), (request.Method, request.Target, Encoding.UTF8.GetString(request.Body)));
        Assert.Equal(("1", "application/json", "Bearer t", "Orchestrator"), (request.Headers["X-One"], request.Headers["Content-Type"], request.Headers["Authorization"], request.Headers["User-Agent"]));
        Assert.Equal((418, "tea", "a", "text/plain"), (response.Status, Encoding.UTF8.GetString(response.Body.Span), response.Header("x-many"), response.Header("content-type")));
        Assert.Null(response.Header("none"));
    }

    [Fact]
    public async Task Send_Twice_KeepsNoCookies()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, Headers: ("Set-Cookie", "a=b")));
        using var wayOut = WayOut.ToThisMachine();

        await wayOut.GetAsync(server.Address.AbsoluteUri);
        await wayOut.GetAsync(server.Address.AbsoluteUri);

        Assert.All(server.Requests, request => Assert.False(request.Headers.ContainsKey("Cookie")));
    }

    [Fact]
    public async Task Send_InATrace_PassesItOnAndNothingElse()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200));
        using var wayOut = WayOut.ToThisMachine();
        using var activity = new Activity("task").SetParentId(Parent).AddBaggage("secret", "x");
        activity.TraceStateString = "vendor=1";
        activity.Start();

        await wayOut.GetAsync(server.Address.AbsoluteUri);

        var headers = Assert.Single(server.Requests).Headers;
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", headers["traceparent"], StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal("vendor=1", headers["tracestate"]);
        Assert.Equal(["Accept-Encoding", "Host", "traceparent", "tracestate", "User-Agent"], headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Send_NoAnswer_TimesOut()
    {
        var time = new ManualTimeProvider();
        await using var server = await LocalServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var wayOut = WayOut.ToThisMachine(time);

        var call = wayOut.GetAsync(server.Address.AbsoluteUri);
        await Eventually.TrueAsync(() => server.Requests.Count == 1, "the request arrives");
        time.Advance(TimeSpan.FromSeconds(30));

        var failure = await Assert.ThrowsAsync<OutboundTimedOutException>(() => call);
        Assert.Equal(("outbound_timed_out", true, TimeSpan.FromSeconds(30)), (failure.Code, failure.IsRetryable, failure.Limit));
        Assert.Equal($"The call of http://127.0.0.1:{server.Port} was not answered within 00:00:30.", failure.Message);
    }

    [Fact]
    public async Task Send_AnswerStops_TimesOut()
    {
        var time = new ManualTimeProvider();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LocalServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var wayOut = WayOut.ToThisMachine(time);

        var call = wayOut.GetAsync(server.Address.AbsoluteUri);
        await begun.Task.WithinLimitAsync("the answer begins");
        time.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<OutboundTimedOutException>(() => call);
    }

    [Fact]
    public async Task Send_CallerGivesUp_IsCancelled()
    {
        await using var server = await LocalServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var wayOut = WayOut.ToThisMachine();
        using var cancellation = new CancellationTokenSource();

        var call = wayOut.GetAsync(server.Address.AbsoluteUri, cancellation.Token);
        await Eventually.TrueAsync(() => server.Requests.Count == 1, "the request arrives");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2000, false)]
    [InlineData(2001, true)]
    [InlineData(2001, false)]
    public async Task Send_LongAnswer_IsTakenUpToTheLimit(int length, bool tellsLength)
    {
        await using var server = await LocalServer.StartAsync(async context =>
        {
            if (tellsLength)
                context.Response.ContentLength = length;
            await context.Response.WriteAsync(new string('a', length));
        });
        using var wayOut = WayOut.ToThisMachine(maxResponseBytes: 2000);

        if (length == 2000)
        {
            Assert.Equal(2000, (await wayOut.GetAsync(server.Address.AbsoluteUri)).Body.Length);
            return;
        }

        var failure = await wayOut.FailAsync<OutboundResponseTooLargeException>(server.Address.AbsoluteUri);
        Assert.Equal(("response_too_large", false, 200, 2000), (failure.Code, failure.IsRetryable, failure.Status, failure.Limit));
        Assert.Equal($"The answer of http://127.0.0.1:{server.Port}, status 200, is longer than 2000 bytes; see Orchestrator:Outbound:MaxResponseBytes.", failure.Message);
    }

    [Fact]
    public async Task Send_AnswerThatUnpacksToMore_IsNotTaken()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[10_000_000]);
        Assert.InRange(packed.Length, 1, 20_000);
        await using var server = await LocalServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed.ToArray());
        });
        using var wayOut = WayOut.ToThisMachine(maxResponseBytes: 100_000);

        await wayOut.FailAsync<OutboundResponseTooLargeException>(server.Address.AbsoluteUri);
    }

    [Fact]
    public async Task Send_BodyNotWanted_TakesAnAnswerOfAnyLength()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, new string('a', 5000)));
        using var wayOut = WayOut.ToThisMachine(maxResponseBytes: 2000);

        var response = await wayOut.Http.SendAsync(new OutboundRequest { Address = server.Address.AbsoluteUri, ReadsBody = false }, CancellationToken.None);

        Assert.Equal((200, 0), (response.Status, response.Body.Length));
    }

    [Fact]
    public async Task Send_NobodyListens_Fails()
    {
        using var wayOut = WayOut.ToThisMachine();
        var port = FreePort.Next();

        var failure = await wayOut.FailAsync<OutboundFailedException>($"http://localhost:{port}/secret");

        Assert.Equal(("outbound_failed", true, $"http://localhost:{port}"), (failure.Code, failure.IsRetryable, failure.Target));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ConnectionBreaksOff_Fails()
    {
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var wayOut = WayOut.ToThisMachine();

        await wayOut.FailAsync<OutboundFailedException>(server.Address.AbsoluteUri);
    }

    [Fact]
    public async Task Send_NameUnknown_Fails()
    {
        using var wayOut = new WayOut(WayOut.Allowing("allowed.example"));

        await wayOut.FailAsync<OutboundFailedException>("https://allowed.example/");

        Assert.Equal(["allowed.example"], wayOut.Resolved);
    }

    [Fact]
    public async Task Send_NoAddressAnswers_TriesAllAndFails()
    {
        using var wayOut = new WayOut(WayOut.Allowing("allowed.example")).Name("allowed.example", "93.184.215.14", "93.184.215.15");

        await wayOut.FailAsync<OutboundFailedException>("https://allowed.example/");

        Assert.Equal(["93.184.215.14:443", "93.184.215.15:443"], wayOut.Dialled.Select(endpoint => endpoint.ToString()));
    }

    [Theory]
    [InlineData("Host", "a")]
    [InlineData("content-length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Proxy-Authorization", "x")]
    [InlineData("X-A", "a\r\nHost: b")]
    [InlineData("X-A", "a\nb")]
    [InlineData("X-A", "a\0b")]
    [InlineData("X-A", "é")]
    [InlineData("X A", "a")]
    [InlineData("X-A\r\nHost", "a")]
    [InlineData("", "a")]
    public async Task Send_HeaderThatMayNotBeSet_IsRefused(string name, string value)
    {
        using var trap = new Trap();
        using var wayOut = WayOut.ToThisMachine();

        await Assert.ThrowsAsync<OutboundRefusedException>(() => wayOut.Http.SendAsync(
            new OutboundRequest { Address = $"http://localhost:{trap.Port}/", Headers = [KeyValuePair.Create(name, value)] }, CancellationToken.None));

        Assert.False(trap.WasSprung);
    }

    [Fact]
    public void FindRefusal_SaysWhy()
    {
        using var wayOut = new WayOut(WayOut.Allowing("allowed.example"));

        Assert.Null(wayOut.Http.FindRefusal("https://allowed.example/secret"));
        Assert.Equal(
            "The call of https://other.example:443 was refused: https://other.example:443 is not among Orchestrator:Outbound:AllowedHosts.",
            wayOut.Http.FindRefusal("https://other.example/secret"));
        Assert.Equal("The call of an address was refused: it is not an absolute http or https address.", wayOut.Http.FindRefusal("secret"));
        Assert.Equal("The call of file: was refused: only http and https addresses are called.", wayOut.Http.FindRefusal("/secret"));
        Assert.Equal("The call of https://allowed.example:443 was refused: an address must not name a user.", wayOut.Http.FindRefusal("https://me:secret@allowed.example/"));
        Assert.Equal(
            "The call of http://localhost:80 was refused: this machine may not be called; see Orchestrator:Outbound:AllowLoopback.",
            wayOut.Http.FindRefusal("http://localhost/secret"));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("-5", null)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void RetryAfter_EveryForm_IsTheDelay(string? value, int? seconds)
    {
        var response = new OutboundResponse(503, value is null ? [] : [KeyValuePair.Create("retry-after", value)], default);

        Assert.Equal(seconds, response.RetryAfter(new ManualTimeProvider().GetUtcNow())?.TotalSeconds);
    }
}
