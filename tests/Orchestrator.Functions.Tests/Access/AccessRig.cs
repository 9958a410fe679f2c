using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Access;

/// <summary>What decides who gets in, on keys in memory.</summary>
internal sealed class AccessRig
{
    /// <param name="listens">The address that the app listens on; null: a host listens in its place.</param>
    public AccessRig(AccessOptions? options = null, string? listens = "127.0.0.1", RateLimitOptions? limits = null)
    {
        var settings = Options.Create(options ?? new AccessOptions());
        Address = new AppAddress(new ConfigurationBuilder().AddInMemoryCollection([new(AppAddress.Key, listens)]).Build());
        Local = new LocalCallers(settings, Address);
        Configured = new ConfiguredKeys(settings);
        Cache = new ApiKeyCache(Store, Time, NullLogger<ApiKeyCache>.Instance);
        Tokens = new EntraTokens(settings, Time, NullLogger<EntraTokens>.Instance);
        Ways = new WaysIn(Local, Configured, Tokens, Store, Time);
        Keys = new ApiKeys(Store, Cache, Ways, new SystemRandomSource(), Time);
        Networks = new ClientNetworks(Address);
        Limits = new RateLimits(Options.Create(limits ?? new RateLimitOptions()), Networks, Time);
        Policy = new AccessPolicy(new CallerIdentifier(Local, Configured, Cache, Tokens), Limits);
    }

    public ManualTimeProvider Time { get; } = new(TestTasks.Start);

    public MemoryApiKeys Store { get; } = new();

    public AppAddress Address { get; }

    public LocalCallers Local { get; }

    public ConfiguredKeys Configured { get; }

    public ApiKeyCache Cache { get; }

    public EntraTokens Tokens { get; }

    public ClientNetworks Networks { get; }

    public RateLimits Limits { get; }

    public WaysIn Ways { get; }

    public ApiKeys Keys { get; }

    public AccessPolicy Policy { get; }

    public static HttpRequest Request(string address, string host, string? key = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Host = new HostString(host);
        if (key is not null)
            context.Request.Headers[CallerIdentifier.KeyHeader] = key;
        return context.Request;
    }
}
