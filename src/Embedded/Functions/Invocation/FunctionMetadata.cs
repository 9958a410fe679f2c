using System.Collections.Immutable;
using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Embedded.Functions.Invocation;

/// <summary>What middleware sees of a function.</summary>
internal sealed class FunctionMetadata : FunctionDefinition
{
    public FunctionMetadata(FunctionDescriptor function)
    {
        Name = function.Name;
        Id = function.Name;
        EntryPoint = $"{function.Method.DeclaringType!.FullName}.{function.Method.Name}";
        PathToAssembly = function.Method.DeclaringType.Assembly.Location;
        var parameters = function.Method.GetParameters();
        Parameters = [.. parameters.Select(parameter => new FunctionParameter(
            parameter.Name ?? "", parameter.ParameterType, parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null))];
        InputBindings = parameters
            .SelectMany(parameter => parameter.GetCustomAttributes(inherit: true).OfType<BindingAttribute>()
                .Select(attribute => new Binding(parameter.Name ?? "", BindingKind.Of(attribute), BindingDirection.In)))
            .ToImmutableDictionary(binding => binding.Name, BindingMetadata (binding) => binding);
        OutputBindings = Outputs(function).ToImmutableDictionary(binding => binding.Name, BindingMetadata (binding) => binding);
    }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    private static IEnumerable<Binding> Outputs(FunctionDescriptor function)
    {
        foreach (var output in function.Outputs)
            yield return new Binding(output.Name, BindingKind.Of(output.Attribute), BindingDirection.Out);
        if (function.TriggerAttribute is HttpTriggerAttribute && function.ResultType is not null && function.Outputs.Count == 0)
            yield return new Binding(OutputDescriptor.WholeResult, "http", BindingDirection.Out);
    }

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
