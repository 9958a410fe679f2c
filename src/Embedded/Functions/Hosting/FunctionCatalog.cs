using Embedded.Functions.Discovery;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Hosting;

/// <summary>Finds the app's functions and binds each to its trigger, inputs and outputs.</summary>
internal sealed class FunctionCatalog(
    FunctionSource source, FunctionInstances instances, ParameterBindings parameters, IEnumerable<ITriggerExtension> triggers, IEnumerable<IOutputBinding> outputs)
{
    private readonly ITriggerExtension[] _triggers = [.. triggers];
    private readonly IOutputBinding[] _outputs = [.. outputs];

    /// <summary>The functions, by name.</summary>
    /// <exception cref="FunctionBindingException">One function cannot be bound.</exception>
    /// <exception cref="HostStartException">Several cannot: the message has a line for each.</exception>
    public IReadOnlyList<EmbeddedFunction> BindAll()
    {
        var faults = new List<FunctionBindingException>();
        var bound = new List<EmbeddedFunction>();
        foreach (var descriptor in FunctionDiscovery.Find(source, faults))
        {
            try
            {
                bound.Add(Bind(descriptor));
            }
            catch (FunctionBindingException fault)
            {
                faults.Add(fault);
            }
        }

        return faults.Count switch
        {
            0 => [.. bound.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)],
            1 => throw faults[0],
            _ => throw new HostStartException(
                string.Join(Environment.NewLine, faults.Select(fault => fault.Message).Order(StringComparer.Ordinal)), new AggregateException(faults)),
        };
    }

    private EmbeddedFunction Bind(FunctionDescriptor descriptor)
    {
        var trigger = Array.Find(_triggers, candidate => candidate.Handles(descriptor.TriggerAttribute))
            ?? throw descriptor.Fault(descriptor.TriggerAttribute is HttpTriggerAttribute
                ? "it has an HTTP trigger, but Program.cs does not call ConfigureFunctionsWebApplication()."
                : $"no extension of this host handles its trigger '{BindingKind.Of(descriptor.TriggerAttribute)}'.");
        var function = new EmbeddedFunction(descriptor, instances.RuntimeFor(trigger));
        trigger.Add(function);
        function.Bind(parameters.Bind(function, trigger), [.. descriptor.Outputs.Select(output => Bind(descriptor, output))]);
        return function;
    }

    private BoundOutput Bind(FunctionDescriptor descriptor, OutputDescriptor output)
    {
        if (output.Attribute is HttpResultAttribute)
        {
            return descriptor.TriggerAttribute is HttpTriggerAttribute
                ? new BoundOutput(output, Send: null)
                : throw descriptor.Fault($"the property '{output.Name}' has [HttpResult], but the function has no HTTP trigger.");
        }

        var binding = Array.Find(_outputs, candidate => candidate.Handles(output.Attribute))
            ?? throw descriptor.Fault($"no extension of this host handles its output binding '{BindingKind.Of(output.Attribute)}'.");
        return new BoundOutput(output, binding.Bind(descriptor, output));
    }
}
