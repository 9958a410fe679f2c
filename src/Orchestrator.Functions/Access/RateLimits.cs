using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>Holds each caller to its rate, and whoever shows nothing to that of its address.</summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options, ClientNetworks networks, TimeProvider time)
{
    /// <summary>Callers, and addresses, that are counted by themselves.</summary>
    public const int Most = 10_000;

    private readonly TokenBuckets _callers = new(new Rate(options.Value.PerSecond, options.Value.Burst), Most, time);
    private readonly TokenBuckets _addresses = new(new Rate(options.Value.AnonymousPerSecond, options.Value.AnonymousBurst), Most, time);

    /// <summary>Counts a request of a caller.</summary>
    /// <exception cref="ProblemException">It is one too many.</exception>
    public void Demand(Caller caller)
    {
        if (_callers.Take(caller.Id) is { } wait)
            throw new ProblemException(KnownProblems.TooManyRequests("You send more requests than one caller may.", wait));
    }

    /// <summary>What a request that nobody may stand for is counted by.</summary>
    public AddressTurn TurnOf(HttpRequest request) => new(_addresses, networks.Of(request));
}
