using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Http;

/// <summary>Makes routes of HTTP functions, and refuses those that could not be served.</summary>
internal sealed class HttpRoutes(IInlineConstraintResolver constraints, HttpSettings settings)
{
    /// <exception cref="FunctionBindingException">The route cannot be served.</exception>
    public HttpFunction Create(TriggeredFunction function)
    {
        var trigger = (HttpTriggerAttribute)function.TriggerAttribute;
        var own = string.IsNullOrWhiteSpace(trigger.Route) ? function.Name : trigger.Route.Trim('/');
        if (own.StartsWith("admin", StringComparison.OrdinalIgnoreCase))
            throw new FunctionBindingException(function.Name, $"its route '{own}' begins with 'admin', which the real platform keeps for itself.");
        var route = settings.RoutePrefix.Length == 0 ? own : $"{settings.RoutePrefix}/{own}";
        var pattern = Parse(function, route);
        foreach (var policy in pattern.ParameterPolicies.SelectMany(parameter => parameter.Value))
            CheckConstraint(function, route, policy.Content);
        return new HttpFunction(function, route, pattern, [.. (trigger.Methods ?? []).Select(method => method.ToUpperInvariant())]);
    }

    private static RoutePattern Parse(TriggeredFunction function, string route)
    {
        try
        {
            return RoutePatternFactory.Parse(route);
        }
        catch (RoutePatternException fault)
        {
            throw new FunctionBindingException(function.Name, $"its route '{route}' cannot be read: {fault.Message}");
        }
    }

    private void CheckConstraint(TriggeredFunction function, string route, string? constraint)
    {
        try
        {
            if (constraint is not null && constraints.ResolveConstraint(constraint) is null)
                throw new FunctionBindingException(function.Name, $"its route '{route}' names the constraint '{constraint}', which is none of ASP.NET Core's.");
        }
        catch (RouteCreationException fault)
        {
            throw new FunctionBindingException(function.Name, $"its route '{route}' names the constraint '{constraint}', which cannot be made: {fault.Message}");
        }
    }
}
