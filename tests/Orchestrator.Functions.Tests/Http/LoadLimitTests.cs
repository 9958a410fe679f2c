using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Access;
using Orchestrator.Agents;
using Orchestrator.Availability;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Tests.Apps;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Http;

/// <summary>Callers that want too much, over HTTP against the whole app: each is refused, and the app goes on.</summary>
public sealed class LoadLimitTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Requests_MoreThanTheRate_429WithRetryAfterAndTheAppGoesOn(string mode)
    {
        await using var app = await StartAsync(mode, "--Orchestrator:RateLimits:PerSecond=1", "--Orchestrator:RateLimits:Burst=10");

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => app.Http.GetAsync(new Uri("api/task-types", UriKind.Relative))));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(answers.Except(refused), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(refused, answer => Assert.InRange(int.Parse(Assert.Single(answer.Headers.GetValues("Retry-After")), System.Globalization.CultureInfo.InvariantCulture), 1, 60));
        Assert.Equal("application/problem+json", refused[0].Content.Headers.ContentType!.MediaType);
        Assert.Equal("too_many_requests", (await refused[0].Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        await AssertHealthyAsync(app);
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Body_ThatDoesNotCome_408AndTheAppGoesOn(string mode)
    {
        await using var app = await StartAsync(mode, "--Orchestrator:Http:BodyTimeout=00:00:01");
        using var slow = await ConnectAsync(app);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/tasks HTTP/1.1\r\nHost: {app.Http.BaseAddress!.Authority}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"));

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WithinLimitAsync("the slow body is refused"));
        await AssertHealthyAsync(app);
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Connections_AThousandThatSayNothing_TheAppGoesOn(string mode)
    {
        await using var app = await StartAsync(mode);
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1_000; i++)
                idle.Add(await ConnectAsync(app));

            await AssertHealthyAsync(app);
            using var answer = await app.Http.GetAsync(new Uri("api/tasks", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("api/tasks", 200)]
    [InlineData("api/tasks/x", 404)]
    [InlineData("api/tasks/a%0D%0ASet-Cookie:b", 400)]
    [InlineData("api/tasks/named/a%01b", 400)]
    [InlineData("api/health", 200)]
    [InlineData("api/dead-letters?pageSize=0", 400)]
    public async Task Answers_All_HaveTheHeadersThatLetABrowserDoNothing(string address, int status)
    {
        await using var app = await StartAsync("Normal");

        using var answer = await app.Http.GetAsync(new Uri(app.Http.BaseAddress!, address));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("POST", "api/tasks", "", """{"type":"test","delay":"P1D"}""", 202)]
    [InlineData("GET", "api/tasks/{id}/export", "", null, 200)]
    [InlineData("GET", "api/tasks/{id}/events", "text/event-stream", null, 200)]
    [InlineData("DELETE", "api/tasks/{id}", "", null, 204)]
    [InlineData("DELETE", "api/tasks/{id}", "", null, 401)]
    public async Task Answers_OfEveryForm_HaveTheHeadersThatLetABrowserDoNothing(string method, string address, string accept, string? body, int status)
    {
        await using var app = await WholeApp.StartAsync(azurite, azurite.UniqueName(), "Normal", new TestAgent.Script { Run = (_, _) => Task.FromResult(AgentResult.Empty) });
        var id = await app.SubmitAsync(1);
        await app.HistoryAsync(id);
        using var request = new HttpRequestMessage(new HttpMethod(method), address.Replace("{id}", id, StringComparison.Ordinal)) { Content = body is null ? null : new StringContent(body) };
        if (accept.Length > 0)
            request.Headers.Accept.ParseAdd(accept);
        if (status == 401)
            request.Headers.Add(CallerIdentifier.KeyHeader, "wrong-key-0123456789");

        using var answer = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("127.0.0.1", "http", null)]
    [InlineData("127.0.0.1", "https", "max-age=31536000")]
    [InlineData(null, "http", "max-age=31536000")]
    public async Task Answers_OverTls_TellBrowsersToStayWithIt(string? listens, string scheme, string? expected)
    {
        var address = new AppAddress(new ConfigurationBuilder().AddInMemoryCollection([new(AppAddress.Key, listens)]).Build());
        var http = new DefaultHttpContext { Request = { Scheme = scheme } };

        await new ShieldMiddleware(TestOptions.Of(new HttpOptions()), address, TimeProvider.System).Invoke(TestFunctionContext.Of("GetTask", http), _ => Task.CompletedTask);

        Assert.Equal(expected, http.Response.Headers.StrictTransportSecurity);
    }

    [Fact]
    public async Task Open_MoreWaitsAndStreamsThanOneCallerMay_RefusedUntilOneIsOver()
    {
        const string key = "a-viewer-of-the-test-0123456789";
        await using var app = await StartAsync("Normal", "--Orchestrator:RateLimits:OpenWaits=2", $"--Orchestrator:Access:Keys:eve:Key={key}", "--Orchestrator:Access:Keys:eve:Role=Viewer");
        using var submitted = await app.Http.PostAsJsonAsync("api/tasks", new { type = "test", delay = "P1D" });
        var address = submitted.Headers.Location!.OriginalString;
        using var leave = new CancellationTokenSource();
        using var stream = await SendAsync($"{address}/events", "text/event-stream", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        var waiting = SendAsync($"{address}?wait=30", "application/json", HttpCompletionOption.ResponseContentRead, leave.Token);

        await Eventually.TrueAsync(() => app.Get<OpenWaits>().Count == 2, "the stream and the wait are under way");
        Assert.Equal(429, await StatusAsync("?wait=1"));
        Assert.Equal(429, await StatusAsync("/events", "text/event-stream"));
        Assert.Equal(200, await StatusAsync("/events"));
        Assert.Equal(200, await StatusAsync(""));

        // Whoever goes away makes room.
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.TrueAsync(async () => await StatusAsync("?wait=0") == 200, "the place of the wait is free");
        stream.Dispose();

        async Task<HttpResponseMessage> SendAsync(string path, string accept, HttpCompletionOption option, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd(accept);
            request.Headers.Add(CallerIdentifier.KeyHeader, key);
            return await app.Http.SendAsync(request, option, cancellationToken);
        }

        async Task<int> StatusAsync(string rest, string accept = "application/json")
        {
            using var answer = await SendAsync(address + rest, accept, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Requests_StorageIsAway_WhoMayNotIsRefusedAndCountedAllTheSame()
    {
        const string key = "a-viewer-of-the-test-0123456789";
        var (storage, log) = (new MemoryAvailability(TimeProvider.System), new LogLines<RefusalLog>());
        await using var app = await WholeApp.StartAsync(
            azurite,
            azurite.UniqueName(),
            "Normal",
            new TestAgent.Script(),
            ["--Orchestrator:RateLimits:AnonymousPerSecond=1", "--Orchestrator:RateLimits:AnonymousBurst=3", $"--Orchestrator:Access:Keys:eve:Key={key}", "--Orchestrator:Access:Keys:eve:Role=Viewer"],
            services => services.AddSingleton<IStorageAvailability>(storage).AddSingleton<ILogger<RefusalLog>>(log));
        storage.GoAway();

        Assert.Equal(401, await StatusAsync("api/tasks", "wrong-key-0123456789"));
        Assert.Equal(403, await StatusAsync("api/keys", key));
        Assert.Equal(503, await StatusAsync("api/tasks", key));
        Assert.Equal(503, await StatusAsync("api/tasks", null));
        Assert.Equal(["ListTasks answered 401 unauthorized to 127.0.0.0/24.", "ListApiKeys answered 403 forbidden to configured:eve."], log.Lines(LogLevel.Information));
        await Eventually.TrueAsync(async () => await StatusAsync("api/tasks", "wrong-key-0123456789") == 429, "whoever has no key is held to a rate");

        async Task<int> StatusAsync(string path, string? with)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (with is not null)
                request.Headers.Add(CallerIdentifier.KeyHeader, with);
            using var answer = await app.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Fault_OfOurs_ItsWordsAreNotAnswered()
    {
        const string secret = "AccountKey=abc123secret";
        await using var app = await WholeApp.StartAsync(azurite, azurite.UniqueName(), "Normal", new TestAgent.Script(), [], services => services.AddSingleton<IApiKeyStore>(new FaultyKeys(secret)));

        using var answer = await app.Http.GetAsync(new Uri("api/keys", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("internal_error", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("code").GetString());
        Assert.DoesNotContain("secret", text + answer.Headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(nameof(FaultyKeys), text, StringComparison.Ordinal);
    }

    private Task<WholeApp> StartAsync(string mode, params string[] settings) => WholeApp.StartAsync(azurite, azurite.UniqueName(), mode, new TestAgent.Script(), settings);

    private static async Task<TcpClient> ConnectAsync(WholeApp app)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Http.BaseAddress!.Port);
        return client;
    }

    private static async Task AssertHealthyAsync(WholeApp app)
    {
        using var health = await app.Http.GetAsync(new Uri("api/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private sealed class FaultyKeys(string secret) : IApiKeyStore
    {
        public Task<bool> AddAsync(ApiKey key, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => throw new InvalidOperationException(secret);

        public Task<StoredApiKey?> GetAsync(ApiKeyId id, CancellationToken cancellationToken) => throw new InvalidOperationException(secret);

        public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) => throw new InvalidOperationException(secret, new InvalidOperationException(secret));

        public Task<ApiKey?> RevokeAsync(ApiKeyId id, DateTimeOffset at, string by, CancellationToken cancellationToken) => throw new InvalidOperationException(secret);

        public Task MarkUsedAsync(StoredApiKey key, DateTimeOffset at, CancellationToken cancellationToken) => throw new InvalidOperationException(secret);

        public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new InvalidOperationException(secret);
    }
}
