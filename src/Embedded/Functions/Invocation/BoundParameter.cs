namespace Embedded.Functions.Invocation;

/// <summary>A parameter and how it gets its value.</summary>
internal sealed record BoundParameter(string Name, Func<InvocationContext, ValueTask<object?>> Bind);
