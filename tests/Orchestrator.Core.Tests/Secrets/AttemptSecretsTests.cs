using Orchestrator.Errors;
using Orchestrator.Secrets;

namespace Orchestrator.Core.Tests.Secrets;

public sealed class AttemptSecretsTests
{
    private const string Secret = "Bearer s3cr\"t/+ö value";

    [Fact]
    public async Task Redact_SecretThatWasAskedFor_IsReplacedHoweverItIsSpelled()
    {
        var secrets = new AttemptSecrets(new Fixed(Secret));
        Assert.Equal($"a {Secret}", secrets.Redact($"a {Secret}"));

        Assert.Equal(Secret, await secrets.GetAsync("name", CancellationToken.None));

        Assert.Equal("a ***, ***!", secrets.Redact($"a {Secret}, {Secret}!"));
        Assert.Equal("?k=***&b", secrets.Redact($"?k={Uri.EscapeDataString(Secret)}&b"));
        Assert.Equal("""{"a":"***"}""", secrets.Redact("""{"a":"Bearer s3cr\"t/+ö value"}"""));
        Assert.Equal("""{"a":"***"}""", secrets.Redact("""{"a":"Bearer s3cr\u0022t/\u002B\u00F6 value"}"""));
    }

    [Fact]
    public async Task Redact_SchemeAndToken_ReplacesTheTokenAlone()
    {
        var secrets = new AttemptSecrets(new Fixed("Bearer abcdefgh"));
        await secrets.GetAsync("name", CancellationToken.None);

        Assert.Equal("***, *** and abcdefg", secrets.Redact("Bearer abcdefgh, abcdefgh and abcdefg"));
    }

    [Fact]
    public async Task RedactJson_SecretInStringsNamesAndNumbers_IsReplacedAndTheRestStaysAsItIsSpelled()
    {
        var secrets = new AttemptSecrets(new Fixed("12345678"));
        await secrets.GetAsync("name", CancellationToken.None);

        Assert.Equal("""{ "***":[ "x***y", "***", 1.50, "\u00e9" ] }""", secrets.RedactJson("""{ "12345678":[ "x1234\u0035678y", 9123456780, 1.50, "\u00e9" ] }"""));
    }

    [Fact]
    public async Task Redact_ShortSecret_IsLeft()
    {
        var secrets = new AttemptSecrets(new Fixed("1234567"));
        await secrets.GetAsync("name", CancellationToken.None);

        Assert.Equal("1234567", secrets.Redact("1234567"));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("no name")]
    [InlineData("")]
    public async Task Get_NoSuchSecret_FailsForGood(string name)
    {
        var failure = await Assert.ThrowsAsync<SecretMissingException>(async () => await new AttemptSecrets(new NoSecrets()).GetAsync(name, CancellationToken.None));

        Assert.Equal(("secret_missing", false, name), (failure.Code, failure.IsRetryable, failure.Name));
        Assert.Equal($"There is no secret '{name}'. Set Orchestrator:Secrets:{name}, or add it to the vault that Orchestrator:Secrets:VaultUri names.", failure.Message);
    }

    [Fact]
    public void Unavailable_Always_IsToBeTriedAgain()
    {
        OrchestratorException failure = new SecretUnavailableException("name", "the vault answered with status 503");

        Assert.Equal(("secret_unavailable", true, "Secret 'name' could not be looked up: the vault answered with status 503."), (failure.Code, failure.IsRetryable, failure.Message));
    }

    private sealed class Fixed(string secret) : ISecretSource
    {
        public ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(secret);
    }
}
