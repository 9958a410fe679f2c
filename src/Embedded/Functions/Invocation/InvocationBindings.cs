using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

/// <summary>The inputs, the result and the outputs of one invocation: what middleware may look at and replace.</summary>
internal sealed class InvocationBindings(InvocationContext context, IReadOnlyList<BoundParameter> parameters)
{
    private readonly Dictionary<string, object?> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?> _outputs = new(StringComparer.Ordinal);

    /// <summary>What the method returned, or what a middleware put in its place.</summary>
    public object? ResultValue { get; set; }

    /// <exception cref="InvalidOperationException">The context is not one that this platform made.</exception>
    public static InvocationBindings Of(FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<InvocationBindings>()
            ?? throw new InvalidOperationException("The context holds no bindings: it does not belong to a running invocation.");
    }

    public object? OutputValue(string name) => _outputs.GetValueOrDefault(name);

    public void SetOutput(string name, object? value) => _outputs[name] = value;

    /// <summary>The values of all parameters, in order; those that a middleware has bound or set already, as they are.</summary>
    public async ValueTask<object?[]> BindAllAsync()
    {
        var values = new object?[parameters.Count];
        for (var index = 0; index < values.Length; index++)
            values[index] = await BindAsync(parameters[index]);
        return values;
    }

    public async ValueTask<InputBindingData<T>> BindInputAsync<T>(BindingMetadata bindingMetadata)
    {
        ArgumentNullException.ThrowIfNull(bindingMetadata);
        var parameter = parameters.FirstOrDefault(candidate => candidate.Name == bindingMetadata.Name)
            ?? throw new InvalidOperationException($"The function '{context.FunctionDefinition.Name}' has no input '{bindingMetadata.Name}'.");
        await BindAsync(parameter);
        return new Input<T>(bindingMetadata, _inputs);
    }

    public InvocationResult Result() => new WholeResult(this);

    /// <exception cref="InvalidOperationException">The result is of another type.</exception>
    public InvocationResult<T> Result<T>() => ResultValue is T
        ? new TypedResult<T>(this)
        : throw new InvalidOperationException(
            $"Requested type({typeof(T)}) does not match the type of Invocation result({ResultValue?.GetType().ToString() ?? "null"})");

    public IEnumerable<OutputBindingData<T>> Outputs<T>() =>
        context.FunctionDefinition.OutputBindings.Values.Select(binding => new Output<T>(binding, _outputs));

    private async ValueTask<object?> BindAsync(BoundParameter parameter)
    {
        if (!_inputs.TryGetValue(parameter.Name, out var value))
            _inputs[parameter.Name] = value = await parameter.Bind(context);
        return value;
    }

    private sealed class Input<T>(BindingMetadata metadata, Dictionary<string, object?> inputs) : InputBindingData<T>
    {
        public override BindingMetadata BindingMetadata => metadata;

        public override T? Value
        {
            get => inputs.GetValueOrDefault(metadata.Name) is T value ? value : default;
            set => inputs[metadata.Name] = value;
        }
    }

    private sealed class Output<T>(BindingMetadata metadata, Dictionary<string, object?> outputs) : OutputBindingData<T>
    {
        public override string Name => metadata.Name;

        public override string BindingType => metadata.Type;

        public override T? Value
        {
            get => outputs.GetValueOrDefault(metadata.Name) is T value ? value : default;
            set => outputs[metadata.Name] = value;
        }
    }

    private sealed class WholeResult(InvocationBindings bindings) : InvocationResult
    {
        public override object? Value
        {
            get => bindings.ResultValue;
            set => bindings.ResultValue = value;
        }
    }

    private sealed class TypedResult<T>(InvocationBindings bindings) : InvocationResult<T>
    {
        public override T? Value
        {
            get => bindings.ResultValue is T value ? value : default;
            set => bindings.ResultValue = value;
        }
    }
}
