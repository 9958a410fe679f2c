using Orchestrator.Access;

namespace Orchestrator.Functions.Routing;

/// <summary>One row of the route table.</summary>
/// <param name="Method">The HTTP method, upper case.</param>
/// <param name="Template">The route below the <c>api</c> prefix, as in the function's trigger.</param>
/// <param name="Function">The name of the function that answers.</param>
/// <param name="Role">The least role that may call it.</param>
internal sealed record Route(string Method, string Template, string Function, Role Role);
