using Microsoft.AspNetCore.Routing;
using Orchestrator.Access;

namespace Orchestrator.Functions.Routing;

/// <summary>One row of the route table.</summary>
/// <param name="Method">The HTTP method, upper case.</param>
/// <param name="Template">The route below the <c>api</c> prefix, as in the function's trigger.</param>
/// <param name="Function">The name of the function that answers.</param>
/// <param name="Role">The least role that may call it.</param>
internal sealed record Route(string Method, string Template, string Function, Role Role)
{
    /// <summary>Whether it takes tasks in: the one kind of action that leaves a row of its own and comes by the thousand.</summary>
    public bool IsSubmission { get; init; }

    /// <summary>Whether it only looks, though it is no GET.</summary>
    public bool ChangesNothing { get; init; }

    /// <summary>Whether a call is entered into the audit: whatever changes something and is not open to anyone, unless its row says otherwise.</summary>
    /// <param name="submissions">Whether submissions are.</param>
    public bool IsAudited(bool submissions) => Method != "GET" && Role >= Role.Operator && !ChangesNothing && (submissions || !IsSubmission);

    /// <summary>What a call is about: the values of the template's parameters, in its order, with '/' between them.</summary>
    public string TargetOf(RouteValueDictionary values) =>
        string.Join('/', Template.Split('/').Where(part => part.StartsWith('{')).Select(part => values[part.Trim('{', '}')]?.ToString()).OfType<string>());

    /// <summary>Whether it can be answered while storage is away; any other is then refused before it does anything.</summary>
    public bool WorksWithoutStorage { get; init; }
}
