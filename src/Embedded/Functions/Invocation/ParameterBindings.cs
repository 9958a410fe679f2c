using System.Reflection;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Invocation;

/// <summary>Decides at start how each parameter of a function gets its value.</summary>
internal sealed class ParameterBindings(IEnumerable<IInputBindingExtension> inputs)
{
    private readonly IInputBindingExtension[] _inputs = [.. inputs];

    /// <exception cref="FunctionBindingException">A parameter cannot be filled.</exception>
    public IReadOnlyList<BoundParameter> Bind(TriggeredFunction function, ITriggerExtension trigger) =>
        [.. function.Method.GetParameters().Select(parameter => new BoundParameter(parameter.Name ?? "", Bind(function, trigger, parameter)))];

    private Func<InvocationContext, ValueTask<object?>> Bind(TriggeredFunction function, ITriggerExtension trigger, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
            throw Fault(function, parameter, "is passed by reference");

        // By place: reflection may give two objects for one parameter when it is asked by two hosts at once.
        var isTrigger = parameter.Position == function.TriggerParameter.Position;
        if (isTrigger && type != typeof(FunctionContext))
            return context => ValueTask.FromResult(context.Invocation.Value);
        if (!isTrigger && BindingAttributeOf(parameter) is { } attribute)
            return BindAttribute(function, parameter, attribute);
        if (type == typeof(FunctionContext))
            return context => ValueTask.FromResult<object?>(context);
        if (type == typeof(CancellationToken))
            return context => ValueTask.FromResult<object?>(context.CancellationToken);
        if (function.TriggerAttribute is HttpTriggerAttribute && type == typeof(HttpRequest))
            return context => ValueTask.FromResult<object?>(context.GetHttpContext()!.Request);
        if (ValueConversion.IsSimple(type) && (trigger.Offers(function, parameter.Name!) || parameter.HasDefaultValue))
            return context => ValueTask.FromResult(FromBindingData(context, parameter));
        throw Fault(function, parameter, ValueConversion.IsSimple(type)
            ? "is neither a value of its trigger nor optional"
            : "is of a type that nothing fills; take services through the constructor of the class");
    }

    private Func<InvocationContext, ValueTask<object?>> BindAttribute(TriggeredFunction function, ParameterInfo parameter, Attribute attribute)
    {
        if (attribute is FromBodyAttribute)
        {
            return function.TriggerAttribute is HttpTriggerAttribute
                ? context => RequestBody.ReadAsync(context, parameter.ParameterType)
                : throw Fault(function, parameter, "has [FromBody], but the function has no HTTP trigger");
        }

        var extension = Array.Find(_inputs, candidate => candidate.Handles(attribute))
            ?? throw Fault(function, parameter, $"has the attribute [{AttributeName(attribute)}], which no extension of this host handles");
        extension.Validate(function.Name, parameter, attribute);
        return context => extension.BindAsync(parameter, attribute, context);
    }

    private static object? FromBindingData(InvocationContext context, ParameterInfo parameter)
    {
        if (context.BindingContext.BindingData.TryGetValue(parameter.Name!, out var value) && value is not null)
        {
            try
            {
                return parameter.ParameterType.IsInstanceOfType(value) ? value : ValueConversion.FromText(value.ToString()!, parameter.ParameterType);
            }
            catch (FormatException fault)
            {
                throw new FormatException($"The parameter '{parameter.Name}' of the function '{context.FunctionDefinition.Name}': {fault.Message}", fault);
            }
        }

        if (parameter.HasDefaultValue)
            return parameter.DefaultValue;
        var type = parameter.ParameterType;
        return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;
    }

    private static Attribute? BindingAttributeOf(ParameterInfo parameter) =>
        parameter.GetCustomAttributes().FirstOrDefault(attribute =>
            attribute is BindingAttribute or InputConverterAttribute || attribute.GetType().Namespace == "Microsoft.AspNetCore.Mvc");

    private static string AttributeName(Attribute attribute)
    {
        var name = attribute.GetType().Name;
        return name.EndsWith(nameof(Attribute), StringComparison.Ordinal) ? name[..^nameof(Attribute).Length] : name;
    }

    private static FunctionBindingException Fault(TriggeredFunction function, ParameterInfo parameter, string what) =>
        new(function.Name, $"the parameter '{parameter.Name}' ({parameter.ParameterType.Name}) {what}.");
}
