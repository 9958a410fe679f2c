using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>
/// Says in the log who was refused for want of a key or role, or for asking too often. Bounded for each of them, so that nobody can fill the log, nor hide others in it.
/// </summary>
internal sealed partial class RefusalLog(ClientNetworks networks, TimeProvider time, ILogger<RefusalLog> logger)
{
    /// <summary>How often one is named.</summary>
    public static readonly Rate Lines = new(PerSecond: 0.2, Burst: 10);

    private const int MostNames = 1_000;
    private readonly TokenBuckets _buckets = new(Lines, MostNames, time);
    private long _leftOut;

    /// <summary>Whether a problem is one of those that are said here.</summary>
    public static bool Includes(Problem problem) =>
        problem.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests;

    /// <summary>Says it: the caller where one is known, else the network it came from.</summary>
    public void Say(string function, Problem problem, HttpContext http)
    {
        var who = Caller.Of(http)?.Id ?? networks.NameOf(http.Request);
        if (_buckets.Take(who) is not null)
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and var leftOut)
            LogLeftOut(leftOut);
        LogRefused(function, problem.Status, problem.Code, who);
    }

    [LoggerMessage(4014, LogLevel.Information, "{Function} answered {Status} {Code} to {Caller}.")]
    private partial void LogRefused(string function, int status, string code, string caller);

    [LoggerMessage(4015, LogLevel.Information, "{Refusals} more refusals were left out of the log.")]
    private partial void LogLeftOut(long refusals);
}
