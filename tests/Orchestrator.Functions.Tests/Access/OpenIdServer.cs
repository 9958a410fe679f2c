using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Orchestrator.Functions.Tests.Access;

/// <summary>An authority that issues tokens, on a free port of loopback, with an RSA key of its own.</summary>
internal sealed class OpenIdServer : IAsyncDisposable
{
    public const string Audience = "api://orchestrator-test";

    private readonly WebApplication _app;
    private int _asked;
    private int _askedForKeys;

    private OpenIdServer(WebApplication app) => _app = app;

    /// <summary>What it signs with and tells of.</summary>
    public RsaSecurityKey Key { get; set; } = new(RSA.Create(2048)) { KeyId = "first" };

    /// <summary>Whether it answers anything but 503.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>How often it was asked for its metadata.</summary>
    public int Asked => _asked;

    /// <summary>How often it has told its keys.</summary>
    public int AskedForKeys => _askedForKeys;

    public Uri Authority => new($"{_app.Urls.Single()}/tenant");

    public static async Task<OpenIdServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new OpenIdServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>A token as it should be, but for what the test changes.</summary>
    public string Token(Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority.ToString(),
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["oid"] = "11111111-2222-3333-4444-555555555555", ["name"] = "Ada", ["roles"] = new[] { "Orchestrator.Viewer", "Orchestrator.Admin", "Other" } },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (!IsUp)
        {
            Interlocked.Increment(ref _asked);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        if (http.Request.Path.Value!.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _asked);
            return http.Response.WriteAsJsonAsync(new { issuer = Authority.ToString(), jwks_uri = $"{Authority}/keys" });
        }

        Interlocked.Increment(ref _askedForKeys);
        var parameters = Key.Rsa.ExportParameters(includePrivateParameters: false);
        return http.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "RSA", use = "sig", kid = Key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) } },
        }));
    }
}
