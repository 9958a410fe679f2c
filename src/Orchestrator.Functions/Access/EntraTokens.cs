using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Orchestrator.Access;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>
/// Tells who sends a bearer token of Entra ID. Microsoft's library checks signature, algorithm, issuer, audience and lifetime; here is only said what they must be.
/// The authority's keys are fetched when they are first needed and then every twelve hours; until they are once there, nobody gets in with a token.
/// </summary>
internal sealed partial class EntraTokens : IDisposable
{
    /// <summary>How long the authority is left alone after it could not be reached.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the authority's keys are not asked for again after a token named one that is not known. Anybody can forge such a token, so this is also for how long they can
    /// put off that a new key of the authority is known.
    /// </summary>
    public static readonly TimeSpan LeastRefresh = TimeSpan.FromSeconds(30);

    private const int MaxTokenBytes = 32 * 1024;
    private const int MaxMetadataBytes = 1024 * 1024;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, Role> Roles = new(StringComparer.Ordinal)
    {
        ["Orchestrator.Viewer"] = Role.Viewer,
        ["Orchestrator.Operator"] = Role.Operator,
        ["Orchestrator.Admin"] = Role.Admin,
    };

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenBytes };
    private readonly EntraOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EntraTokens> _logger;
    private readonly HttpClient? _http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _metadata;
    private Failure? _failure;

    public EntraTokens(IOptions<AccessOptions> options, TimeProvider time, ILogger<EntraTokens> logger)
    {
        _options = options.Value.Entra;
        _time = time;
        _logger = logger;
        if (!_options.IsSet)
            return;

        var authority = _options.Authority?.ToString().TrimEnd('/') ?? $"https://login.microsoftonline.com/{_options.TenantId}/v2.0";

        // Not over the guarded client: whom this calls stands in the settings, and no task can choose it.
#pragma warning disable RS0030
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = _options.MetadataTimeout })
        {
            Timeout = _options.MetadataTimeout,
            MaxResponseContentBufferSize = MaxMetadataBytes,
        };
#pragma warning restore RS0030
        _metadata = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{authority}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(_http) { RequireHttps = authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) })
        {
            RefreshInterval = LeastRefresh,
        };
    }

    /// <summary><see cref="LeastRefresh"/>, but for tests.</summary>
    public TimeSpan RefreshInterval
    {
        get => _metadata!.RefreshInterval;
        init => _metadata!.RefreshInterval = value;
    }

    /// <summary>Whether tokens let anybody in.</summary>
    public bool AreTaken => _metadata is not null;

    /// <summary>Who sends a token, with the highest of its roles, which may be none; null when the token is not valid here.</summary>
    /// <exception cref="ProblemException">It cannot be told now, as the authority's keys are not known.</exception>
    public async Task<Caller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (_metadata is null || token.Length > MaxTokenBytes)
            return null;

        var metadata = await MetadataAsync(_metadata, cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, RulesOf(metadata));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // A key that is newer than what we know: whoever sends the token again a little later gets in. The library bounds how often it asks.
            _metadata.RequestRefresh();
        }

        if (result.IsValid)
            return CallerOf(result.ClaimsIdentity);

        LogRefused(result.Exception?.GetType().Name ?? "no reason");
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _http?.Dispose();

    private TokenValidationParameters RulesOf(OpenIdConnectConfiguration metadata) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidAudience = _options.Audience,

        // Registrations that ask for tokens of version 1 get them from the issuer's old name.
        ValidIssuers = _options.Authority is null ? [metadata.Issuer, $"https://sts.windows.net/{_options.TenantId}/"] : [metadata.Issuer],
        IssuerSigningKeys = metadata.SigningKeys,
        ValidateIssuerSigningKey = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        ClockSkew = ClockSkew,
    };

    private static Caller? CallerOf(ClaimsIdentity identity)
    {
        if ((Claim(identity, "oid") ?? Claim(identity, "sub")) is not { } id)
            return null;

        var name = Claim(identity, "preferred_username") ?? Claim(identity, "name") ?? Claim(identity, "azp") ?? Claim(identity, "appid") ?? id;
        var role = identity.FindAll("roles").Select(claim => Roles.GetValueOrDefault(claim.Value)).DefaultIfEmpty(Role.Anyone).Max();
        return new Caller($"entra:{id}", name, role);
    }

    private static string? Claim(ClaimsIdentity identity, string type) => identity.FindFirst(type)?.Value is { Length: > 0 } value ? value : null;

    private async Task<OpenIdConnectConfiguration> MetadataAsync(ConfigurationManager<OpenIdConnectConfiguration> metadata, CancellationToken cancellationToken)
    {
        if (_failure is { } failure && _time.GetElapsedTime(failure.At) < Pause)
            throw new ProblemException(KnownProblems.IdentityUnavailable(Pause));
        try
        {
            // The library lets one after the other ask. Nobody waits longer than for one of them.
            var found = await metadata.GetConfigurationAsync(CancellationToken.None).WaitAsync(_options.MetadataTimeout + TimeSpan.FromSeconds(1), _time, cancellationToken);
            _failure = null;
            return found;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = new Failure(_time.GetTimestamp());
            LogUnavailable(exception, metadata.MetadataAddress);
            throw new ProblemException(KnownProblems.IdentityUnavailable(Pause));
        }
    }

    [LoggerMessage(4012, LogLevel.Warning, "The keys of the authority cannot be fetched from {Address}; nobody gets in with a token until they can.")]
    private partial void LogUnavailable(Exception exception, string address);

    [LoggerMessage(4013, LogLevel.Information, "A bearer token was refused: {Reason}.")]
    private partial void LogRefused(string reason);

    private sealed record Failure(long At);
}
