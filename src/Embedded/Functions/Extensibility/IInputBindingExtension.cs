using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Extensibility;

/// <summary>Fills parameters that carry an input binding attribute. Registered as a singleton, like <see cref="ITriggerExtension"/>.</summary>
public interface IInputBindingExtension
{
    /// <summary>Whether parameters with this attribute belong to this extension.</summary>
    bool Handles(Attribute bindingAttribute);

    /// <summary>Checks at start that the parameter can be filled.</summary>
    /// <exception cref="FunctionBindingException">It cannot; the message says why.</exception>
    void Validate(string functionName, ParameterInfo parameter, Attribute bindingAttribute);

    /// <summary>The parameter's value for one invocation.</summary>
    ValueTask<object?> BindAsync(ParameterInfo parameter, Attribute bindingAttribute, FunctionContext context);
}
