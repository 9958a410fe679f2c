using System.Diagnostics;
using System.Reflection;
using Embedded.Functions.Discovery;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Invocation;

/// <summary>A function that can be invoked.</summary>
internal sealed partial class EmbeddedFunction(FunctionDescriptor descriptor, InvocationRuntime runtime) : TriggeredFunction
{
    private readonly FunctionMetadata _metadata = new(descriptor);
    private readonly MethodCall _method = new(descriptor.Method);
    private readonly ObjectFactory? _factory = descriptor.Method.IsStatic
        ? null
        : ActivatorUtilities.CreateFactory(descriptor.Method.DeclaringType!, Type.EmptyTypes);

    private IReadOnlyList<BoundParameter> _parameters = [];
    private IReadOnlyList<BoundOutput> _outputs = [];

    public override string Name => descriptor.Name;

    public override MethodInfo Method => descriptor.Method;

    public override ParameterInfo TriggerParameter => descriptor.TriggerParameter;

    public override Attribute TriggerAttribute => descriptor.TriggerAttribute;

    public FunctionDescriptor Descriptor => descriptor;

    /// <summary>The innermost part of the pipeline.</summary>
    public static Task RunMethodAsync(FunctionContext context) => context.Features.Get<EmbeddedFunction>()!.RunMethodAsync((InvocationContext)context);

    /// <summary>Says how parameters are filled and outputs sent, once, before the first invocation.</summary>
    public void Bind(IReadOnlyList<BoundParameter> parameters, IReadOnlyList<BoundOutput> outputs)
    {
        _parameters = parameters;
        _outputs = outputs;
    }

    public override async Task<object?> InvokeAsync(TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        var invocationId = Guid.NewGuid().ToString();
        using var activity = StartActivity(invocation.TraceParent);
        using var logScope = runtime.Logger.BeginScope(new InvocationScope(Name, invocationId));
        await using var scope = runtime.Scopes.CreateAsyncScope();
        using var timeout = runtime.Timeout is { } limit && invocation.IsTimed ? new CancellationTokenSource(limit, runtime.Clock) : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, runtime.Stopping, timeout.Token);
        await using var onTimeout = timeout.Token.UnsafeRegister(_ => LogTimedOut(runtime.Logger, Name, invocationId, runtime.Timeout!.Value), null);

        var context = new InvocationContext(invocationId, _metadata, invocation, activity, scope.ServiceProvider, linked.Token);
        var bindings = new InvocationBindings(context, _parameters);
        context.Features.Set(this);
        context.Features.Set(bindings);
        invocation.Prepare?.Invoke(context);

        await runtime.Pipeline(context);
        await SendOutputsAsync(bindings, linked.Token);
        if (invocation.Complete is { } complete)
            await complete(context);
        return bindings.ResultValue;
    }

    private async Task RunMethodAsync(InvocationContext context)
    {
        var bindings = InvocationBindings.Of(context);
        var arguments = await bindings.BindAllAsync();
        var instance = _factory?.Invoke(context.InstanceServices, null);
        try
        {
            bindings.ResultValue = context.Invocation.AroundMethod is { } around
                ? await around(context, () => _method.InvokeAsync(instance, arguments))
                : await _method.InvokeAsync(instance, arguments);
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
        }

        foreach (var output in _outputs)
        {
            var value = output.Descriptor.Property is { } property && bindings.ResultValue is { } result ? property.GetValue(result) : bindings.ResultValue;
            bindings.SetOutput(output.Descriptor.Name, value);
        }
    }

    private async Task SendOutputsAsync(InvocationBindings bindings, CancellationToken cancellationToken)
    {
        foreach (var output in _outputs)
        {
            if (output.Send is { } send && bindings.OutputValue(output.Descriptor.Name) is { } value)
                await send(value, cancellationToken);
        }
    }

    private Activity StartActivity(string? traceParent)
    {
        var activity = new Activity(Name);
        if (traceParent is not null)
            activity.SetParentId(traceParent);
        return activity.SetIdFormat(ActivityIdFormat.W3C).Start();
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error,
        Message = "The function '{Function}' ({InvocationId}) has run for {Limit}, its time-out (functionTimeout of host.json). Its cancellation token has fired.")]
    private static partial void LogTimedOut(ILogger logger, string function, string invocationId, TimeSpan limit);
}
