namespace Embedded.Functions.Extensibility;

/// <summary>A function that the platform cannot bind. It stops the start of the host.</summary>
public sealed class FunctionBindingException(string functionName, string reason)
    : HostStartException($"The function '{functionName}' cannot be bound: {reason}")
{
    /// <summary>The name in the function's <c>[Function]</c> attribute.</summary>
    public string FunctionName { get; } = functionName;

    /// <summary>What is wrong, and what to do.</summary>
    public string Reason { get; } = reason;
}
