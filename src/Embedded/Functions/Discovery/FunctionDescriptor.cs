using System.Reflection;
using Embedded.Functions.Extensibility;

namespace Embedded.Functions.Discovery;

/// <summary>A method with <c>[Function]</c>, looked at but not yet bound.</summary>
internal sealed record FunctionDescriptor
{
    public required string Name { get; init; }

    public required MethodInfo Method { get; init; }

    public required ParameterInfo TriggerParameter { get; init; }

    public required Attribute TriggerAttribute { get; init; }

    public required IReadOnlyList<OutputDescriptor> Outputs { get; init; }

    /// <summary>What the method gives when it has ended; null for nothing.</summary>
    public Type? ResultType => ResultTypeOf(Method);

    public static Type? ResultTypeOf(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            return null;
        return type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
    }

    public FunctionBindingException Fault(string reason) => new(Name, reason);
}
