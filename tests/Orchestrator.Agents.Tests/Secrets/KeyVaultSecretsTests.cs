using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Orchestrator.Agents.Secrets;
using Orchestrator.Agents.Tests.Outbound;
using Orchestrator.Secrets;
using Orchestrator.TestKit.Network;

namespace Orchestrator.Agents.Tests.Secrets;

/// <summary>Against a vault on this machine that speaks Key Vault's REST; the client sees it under an https address, as it would send no token otherwise.</summary>
public sealed class KeyVaultSecretsTests
{
    private const string Latest = """{"value":"s3cret","id":"https://shop.vault.azure.net/secrets/api-key/1","attributes":{"enabled":true} }""";

    [Fact]
    public async Task Find_Secret_IsReadWithTheTokenOfTheApp()
    {
        await using var vault = await LocalServer.StartAsync(new LocalAnswer(200, Latest));

        Assert.Equal("s3cret", await Secrets(vault.Port).FindAsync("api-key", CancellationToken.None));

        var request = vault.Requests.Last();
        Assert.Equal(("GET", "Bearer token of https://vault.azure.net/.default"), (request.Method, request.Headers["Authorization"]));
        Assert.StartsWith("/secrets/api-key", request.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, """{"error":{"code":"SecretNotFound","message":"no"} }""")]
    [InlineData(403, """{"error":{"code":"Forbidden","message":"no","innererror":{"code":"SecretDisabled"} } }""")]
    [InlineData(200, """{"value":"","id":"https://shop.vault.azure.net/secrets/api-key/1"}""")]
    public async Task Find_NotThereOrDisabled_IsNone(int status, string body)
    {
        await using var vault = await LocalServer.StartAsync(new LocalAnswer(status, body));

        Assert.Null(await Secrets(vault.Port).FindAsync("api-key", CancellationToken.None));
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"Forbidden","message":"no role"} }""", "the vault shop.vault.azure.net answered with status 403 (Forbidden)")]
    [InlineData(503, "", "the vault shop.vault.azure.net answered with status 503")]
    public async Task Find_VaultRefusesOrIsAway_IsUnavailable(int status, string body, string reason)
    {
        await using var vault = await LocalServer.StartAsync(new LocalAnswer(status, body));

        var failure = await Assert.ThrowsAsync<SecretUnavailableException>(() => Secrets(vault.Port).FindAsync("api-key", CancellationToken.None).AsTask());

        Assert.Equal($"Secret 'api-key' could not be looked up: {reason}.", failure.Message);
    }

    [Fact]
    public async Task Find_NobodyListensOrNoToken_IsUnavailable()
    {
        var port = FreePort.Next();
        var away = await Assert.ThrowsAsync<SecretUnavailableException>(() => Secrets(port).FindAsync("a", CancellationToken.None).AsTask());
        var refused = await Assert.ThrowsAsync<SecretUnavailableException>(() => Secrets(port, new Credential(fails: true)).FindAsync("a", CancellationToken.None).AsTask());

        Assert.Equal("Secret 'a' could not be looked up: the vault shop.vault.azure.net did not answer.", away.Message);
        Assert.Equal("Secret 'a' could not be looked up: the app got no token for the vault shop.vault.azure.net.", refused.Message);
    }

    private static KeyVaultSecrets Secrets(int port, TokenCredential? credential = null)
    {
        var options = new SecretClientOptions { Transport = new HttpClientTransport(new HttpClient(new ToThisMachine(port))), Retry = { MaxRetries = 0 } };
        return new KeyVaultSecrets(new SecretClient(new Uri("https://shop.vault.azure.net/"), credential ?? new Credential(fails: false), options));
    }

    /// <summary>The vault first asks who is there, as the real one does.</summary>
    private sealed class ToThisMachine(int port) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is null)
            {
                var challenge = new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { RequestMessage = request, Content = new ByteArrayContent([]) };
                challenge.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111\", resource=\"https://vault.azure.net\"");
                return challenge;
            }

            request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = "http", Host = "127.0.0.1", Port = port }.Uri;
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Credential(bool fails) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            fails ? throw new CredentialUnavailableException("nobody is signed in") : new AccessToken($"token of {requestContext.Scopes[0]}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
