using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Access;
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
