using Microsoft.AspNetCore.Http;
using Orchestrator.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Routing;

namespace Orchestrator.Functions.Access;

/// <summary>Decides whether a request may reach a function: the route table held against the caller's role.</summary>
internal sealed class AccessPolicy(CallerIdentifier callers, RateLimits limits)
{
    /// <summary>Lets the request pass, or throws. Whoever calls is known to the request from then on, also where it is refused.</summary>
    /// <param name="function">The function the host has chosen.</param>
    /// <param name="request">What the caller sent.</param>
    /// <returns>Who calls; null when the route is open to anyone.</returns>
    /// <exception cref="ProblemException">The function has no row, the caller shows nothing valid, or its role is too low.</exception>
    public async Task<Caller?> DemandAsync(string function, HttpRequest request, CancellationToken cancellationToken)
    {
        if (RouteTable.Find(function) is not { } route)
            throw new ProblemException(KnownProblems.Forbidden($"The function '{function}' has no row in the route table, so nobody may call it."));
        var turn = limits.TurnOf(request);
        if (route.Role == Role.Anyone)
        {
            turn.Demand();
            return null;
        }

        if (await callers.IdentifyAsync(request, turn, cancellationToken) is not { } caller)
        {
            turn.Demand();
            request.HttpContext.Response.Headers.WWWAuthenticate = callers.Asked.Challenge;
            throw new ProblemException(KnownProblems.Unauthorized(callers.Asked.Text));
        }

        turn.GiveBack();
        caller.Enter(request.HttpContext);
        limits.Demand(caller);
        if (caller.Role < route.Role)
            throw new ProblemException(KnownProblems.Forbidden($"Your role is {caller.Role}; {route.Method} {route.Template} needs {route.Role}."));
        return caller;
    }
}
