using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Extensibility;

/// <summary>What a trigger gives to one invocation of its function.</summary>
public sealed record TriggerInvocation
{
    /// <summary>The value of the trigger parameter, already of the parameter's type.</summary>
    public required object? Value { get; init; }

    /// <summary>What <see cref="BindingContext.BindingData"/> tells; null for nothing.</summary>
    public IReadOnlyDictionary<string, object?>? BindingData { get; init; }

    /// <summary>The W3C <c>traceparent</c> the invocation belongs to, if it came with one.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How often this delivery has been tried before, for triggers that count.</summary>
    public int RetryCount { get; init; }

    /// <summary>
    /// Whether the function time-out holds for it. False for an invocation that is kept while it waits for more, such as that
    /// of an orchestrator between its turns.
    /// </summary>
    public bool IsTimed { get; init; } = true;

    /// <summary>
    /// Wraps the call of the method itself, inside of all middleware and after the input bindings; null to call it plainly.
    /// A trigger that has to own the thread on which user code runs does so here.
    /// </summary>
    public Func<FunctionContext, Func<Task<object?>>, Task<object?>>? AroundMethod { get; init; }

    /// <summary>Called first of all, before the middleware: what the trigger adds to the context.</summary>
    internal Action<FunctionContext>? Prepare { get; init; }

    /// <summary>Called last of all, after the output bindings and still in the invocation's scope: answers the caller.</summary>
    internal Func<FunctionContext, Task>? Complete { get; init; }
}
