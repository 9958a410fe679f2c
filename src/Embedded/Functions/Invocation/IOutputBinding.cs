using Embedded.Functions.Discovery;

namespace Embedded.Functions.Invocation;

/// <summary>Sends one kind of output of functions.</summary>
internal interface IOutputBinding
{
    bool Handles(Attribute attribute);

    /// <summary>Prepares the output at start.</summary>
    /// <returns>What sends a value; it completes when the value is safe.</returns>
    /// <exception cref="Extensibility.FunctionBindingException">The output cannot be bound.</exception>
    Func<object, CancellationToken, Task> Bind(FunctionDescriptor function, OutputDescriptor output);
}
