using System.Reflection;
using System.Runtime.CompilerServices;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Embedded.Functions.Discovery;

/// <summary>Finds functions by reflection.</summary>
internal static class FunctionDiscovery
{
    private const BindingFlags AllMethods =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The functions of <paramref name="source"/>; what cannot be one is added to <paramref name="faults"/>.</summary>
    public static IReadOnlyList<FunctionDescriptor> Find(FunctionSource source, ICollection<FunctionBindingException> faults)
    {
        var functions = new Dictionary<string, FunctionDescriptor>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in source.Types.SelectMany(type => type.GetMethods(AllMethods)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } attribute)
                continue;
            try
            {
                var function = Describe(method, attribute.Name);
                if (!functions.TryAdd(attribute.Name, function))
                    throw function.Fault($"the name is used twice: by {Place(functions[attribute.Name].Method)} and by {Place(method)}. Give each function a name of its own.");
            }
            catch (FunctionBindingException fault)
            {
                faults.Add(fault);
            }
        }

        return [.. functions.Values];
    }

    private static FunctionDescriptor Describe(MethodInfo method, string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new FunctionBindingException(Place(method), "its [Function] attribute holds no name.");
        if (!method.IsPublic || method.DeclaringType is not { IsVisible: true })
            throw new FunctionBindingException(name, $"{Place(method)} is not public, and the real platform finds public methods of public classes only.");
        if (method.IsGenericMethodDefinition || method.DeclaringType.ContainsGenericParameters)
            throw new FunctionBindingException(name, $"{Place(method)} is generic.");
        if (method.DeclaringType.IsAbstract && !method.IsStatic)
            throw new FunctionBindingException(name, $"{method.DeclaringType.Name} is abstract, so nothing can be made of it.");
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new FunctionBindingException(name, "it is async void, so nobody could wait for it. Return Task.");
        var (parameter, trigger) = Trigger(method, name);
        return new FunctionDescriptor
        {
            Name = name,
            Method = method,
            TriggerParameter = parameter,
            TriggerAttribute = trigger,
            Outputs = Outputs(method, name),
        };
    }

    private static (ParameterInfo Parameter, Attribute Trigger) Trigger(MethodInfo method, string name)
    {
        var triggers = method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>().Select(trigger => (parameter, (Attribute)trigger)))
            .ToArray();
        return triggers.Length switch
        {
            1 => triggers[0],
            0 => throw new FunctionBindingException(name, "it has no trigger. Put one, such as [HttpTrigger], on a parameter."),
            _ => throw new FunctionBindingException(name, $"it has {triggers.Length} triggers ({string.Join(", ", triggers.Select(t => BindingKind.Of(t.Item2)))}), but a function has exactly one."),
        };
    }

    private static OutputDescriptor[] Outputs(MethodInfo method, string name)
    {
        var result = FunctionDescriptor.ResultTypeOf(method);
        var whole = method.GetCustomAttributes<OutputBindingAttribute>().ToArray();
        if (whole.Length > 1)
            throw new FunctionBindingException(name, "its method has several output bindings. Return a class with a property for each.");
        if (whole.Length == 1)
        {
            return result is null
                ? throw new FunctionBindingException(name, $"its method has the output binding '{BindingKind.Of(whole[0])}' but returns nothing.")
                : [new OutputDescriptor(whole[0], result, Property: null)];
        }

        return result is null or { IsPrimitive: true } || result == typeof(string)
            ? []
            : [.. result.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .SelectMany(property => property.GetCustomAttributes<OutputBindingAttribute>()
                    .Select(attribute => new OutputDescriptor(attribute, property.PropertyType, property)))];
    }

    private static string Place(MethodInfo method) => $"{method.DeclaringType?.Name}.{method.Name}";
}
