using Embedded.Functions.Invocation;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>Fills an input before the function runs; the function then gets the same, or what its <c>Value</c> was set to.</summary>
    public static ValueTask<InputBindingData<T>> BindInputAsync<T>(this FunctionContext context, BindingMetadata bindingMetadata) =>
        InvocationBindings.Of(context).BindInputAsync<T>(bindingMetadata);

    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) => InvocationBindings.Of(context).Result<T>();

    public static InvocationResult GetInvocationResult(this FunctionContext context) => InvocationBindings.Of(context).Result();

    public static IEnumerable<OutputBindingData<T>> GetOutputBindings<T>(this FunctionContext context) => InvocationBindings.Of(context).Outputs<T>();
}
