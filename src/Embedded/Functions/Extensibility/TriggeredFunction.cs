using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Extensibility;

/// <summary>A discovered function, as its trigger sees it.</summary>
public abstract class TriggeredFunction
{
    /// <summary>The name in the function's <c>[Function]</c> attribute.</summary>
    public abstract string Name { get; }

    /// <summary>The method.</summary>
    public abstract MethodInfo Method { get; }

    /// <summary>The parameter that carries the trigger attribute.</summary>
    public abstract ParameterInfo TriggerParameter { get; }

    /// <summary>The trigger attribute.</summary>
    public abstract Attribute TriggerAttribute { get; }

    /// <summary>
    /// Runs one invocation: a service scope, a <see cref="FunctionContext"/>, the middleware, the input bindings, the method,
    /// the output bindings.
    /// </summary>
    /// <returns>The method's result, null for <see cref="Task"/> and <c>void</c>.</returns>
    /// <exception cref="Exception">What the method or a middleware threw.</exception>
    public abstract Task<object?> InvokeAsync(TriggerInvocation invocation, CancellationToken cancellationToken);
}
