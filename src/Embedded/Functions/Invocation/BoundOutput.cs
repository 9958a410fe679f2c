using Embedded.Functions.Discovery;

namespace Embedded.Functions.Invocation;

/// <summary>An output and how its value is sent; null for one that the trigger takes itself.</summary>
internal sealed record BoundOutput(OutputDescriptor Descriptor, Func<object, CancellationToken, Task>? Send);
