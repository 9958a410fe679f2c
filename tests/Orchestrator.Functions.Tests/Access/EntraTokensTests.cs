using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Access;

public sealed class EntraTokensTests : IAsyncLifetime, IDisposable
{
    private const string Id = "11111111-2222-3333-4444-555555555555";
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _time = new(TestTasks.Start);
    private readonly AccessOptions _options = new();
    private OpenIdServer _server = null!;
    private EntraTokens _tokens = null!;

    public async Task InitializeAsync()
    {
        _server = await OpenIdServer.StartAsync();
        var options = _options;

        // This authority answers at once, also when it is away: what takes longer is the machine.
        options.Entra.MetadataTimeout = TimeSpan.FromSeconds(30);
        options.Entra.TenantId = "01234567-89ab-cdef-0123-456789abcdef";
        options.Entra.Audience = OpenIdServer.Audience;
        options.Entra.Authority = _server.Authority;
        _tokens = new EntraTokens(Options.Create(options), _time, NullLogger<EntraTokens>.Instance);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public async Task Find_GoodToken_ItsHolderWithTheHighestRole() =>
        Assert.Equal(new Caller($"entra:{Id}", "Ada", Role.Admin), await _tokens.FindAsync(_server.Token(), None));

    [Theory]
    [InlineData(Role.Viewer, "Orchestrator.Viewer")]
    [InlineData(Role.Operator, "Orchestrator.Operator", "Orchestrator.Viewer")]
    [InlineData(Role.Anyone, "orchestrator.admin", "Admin")]
    [InlineData(Role.Anyone)]
    public async Task Find_Roles_AsTheyAreNamed(Role role, params string[] roles) =>
        Assert.Equal(role, (await _tokens.FindAsync(_server.Token(token => token.Claims["roles"] = roles), None))!.Role);

    public static TheoryData<string, Action<SecurityTokenDescriptor>> BadTokens()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new()
        {
            { "wrong issuer", token => token.Issuer = "https://login.microsoftonline.com/01234567-89ab-cdef-0123-456789abcdef/v2.0" },
            { "no issuer", token => token.Issuer = null },
            { "wrong audience", token => token.Audience = "api://another" },
            { "no audience", token => token.Audience = null },
            { "expired", token => (token.NotBefore, token.IssuedAt, token.Expires) = (now.AddHours(-2), now.AddHours(-2), now.AddMinutes(-3)) },
            { "without an end", token => token.Expires = null },
            { "not yet valid", token => (token.NotBefore, token.Expires) = (now.AddMinutes(3), now.AddHours(1)) },
            { "not signed", token => token.SigningCredentials = null },
            { "another key of the same name", token => token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "first" }, SecurityAlgorithms.RsaSha256) },
            { "another key of another name", token => token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "second" }, SecurityAlgorithms.RsaSha256) },
            { "nobody's", token => token.Claims.Remove("oid") },
        };
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Find_BadToken_Nobody(string what, Action<SecurityTokenDescriptor> change) => Assert.True(await _tokens.FindAsync(_server.Token(change), None) is null, what);

    [Theory]
    [InlineData(0, 110)]
    [InlineData(110, 3_600)]
    public async Task Find_ByAClockThatIsUpToTwoMinutesOff_ItsHolder(int beginsIn, int endedBefore)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = _server.Token(token => (token.NotBefore, token.IssuedAt, token.Expires) = beginsIn > 0
            ? (now.AddSeconds(beginsIn), now, now.AddSeconds(endedBefore))
            : (now.AddHours(-1), now.AddHours(-1), now.AddSeconds(-endedBefore)));

        Assert.NotNull(await _tokens.FindAsync(token, None));
    }

    [Fact]
    public async Task Find_KeyOfTheAuthorityChangedAfterAForgedToken_KnownWithoutALongWait()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), _tokens.RefreshInterval);
        using var tokens = new EntraTokens(Options.Create(_options), _time, NullLogger<EntraTokens>.Instance) { RefreshInterval = TimeSpan.FromSeconds(1) };
        Assert.NotNull(await tokens.FindAsync(_server.Token(), None));
        using var others = RSA.Create(2048);
        Assert.Null(await tokens.FindAsync(_server.Token(token => token.SigningCredentials = new SigningCredentials(new RsaSecurityKey(others) { KeyId = "forged" }, SecurityAlgorithms.RsaSha256)), None));
        await Eventually.TrueAsync(() => _server.AskedForKeys == 2, "the forged token has the keys asked for");

        _server.Key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "second" };

        await Eventually.TrueAsync(async () => await tokens.FindAsync(_server.Token(), None) is not null, "the new key is known");
    }

    [Fact]
    public async Task Find_SignedWithThePublicKeyAsASecret_Nobody()
    {
        var publicKey = Encoding.ASCII.GetBytes(_server.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        foreach (var kid in new[] { "first", null })
        {
            var forged = _server.Token(token => token.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(publicKey) { KeyId = kid }, SecurityAlgorithms.HmacSha256));
            Assert.Null(await _tokens.FindAsync(forged, None));
        }
    }

    [Fact]
    public async Task Find_OtherAlgorithmOfTheSameKey_Nobody() =>
        Assert.Null(await _tokens.FindAsync(_server.Token(token => token.SigningCredentials = new SigningCredentials(_server.Key, SecurityAlgorithms.RsaSha512)), None));

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("no token at all")]
    public async Task Find_NoToken_Nobody(string token) => Assert.Null(await _tokens.FindAsync(token, None));

    [Fact]
    public async Task Find_ChangedOnTheWay_Nobody()
    {
        var parts = _server.Token().Split('.');
        var other = _server.Token(token => token.Claims["roles"] = new[] { "Orchestrator.Viewer" }).Split('.');

        Assert.Null(await _tokens.FindAsync($"{parts[0]}.{parts[1]}.{other[2]}", None));
        Assert.Null(await _tokens.FindAsync($"{parts[0]}.{parts[1]}.", None));
        Assert.Null(await _tokens.FindAsync(new string('a', 40_000), None));
    }

    [Fact]
    public async Task Find_AuthorityAway_RefusedForNowAndNeverOpenAndAskedSeldom()
    {
        _server.IsUp = false;

        for (var i = 0; i < 20; i++)
        {
            var problem = (await Assert.ThrowsAsync<ProblemException>(() => _tokens.FindAsync(_server.Token(), None))).Problem;
            Assert.Equal((503, "identity_unavailable", EntraTokens.Pause), (problem.Status, problem.Code, problem.RetryAfter));
        }

        var asked = _server.Asked;
        _server.IsUp = true;
        _time.Advance(EntraTokens.Pause);
        Assert.NotNull(await _tokens.FindAsync(_server.Token(), None));
        Assert.InRange(asked, 1, 3);

        // What is known once is good while the authority is away.
        _server.IsUp = false;
        Assert.NotNull(await _tokens.FindAsync(_server.Token(), None));
    }

    [Theory]
    [InlineData("x", null, null, "Orchestrator:Access:Entra:TenantId is 'x'; it must be the directory's id, such as 01234567-89ab-cdef-0123-456789abcdef.", "Orchestrator:Access:Entra:Audience is ''; it must be the application id, or the id URI, of the app's registration.")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", "api://x", "http://login.example/", "Orchestrator:Access:Entra:Authority is 'http://login.example/'; it must be an https address.")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", "api://x", "http://127.0.0.1:1/")]
    [InlineData(null, null, null)]
    public void FindFaults_Settings_EveryFault(string? tenant, string? audience, string? authority, params string[] faults)
    {
        var options = new EntraOptions { TenantId = tenant, Audience = audience, Authority = authority is null ? null : new Uri(authority) };

        Assert.Equal(faults, options.FindFaults());
    }
}
