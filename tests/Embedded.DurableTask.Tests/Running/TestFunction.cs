using System.Collections.Concurrent;
using System.Reflection;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Tests.Running;

/// <summary>A function as the host would hand it over, with a delegate for its method.</summary>
internal sealed class TestFunction(string name, MethodInfo shape, Func<object?, Task<object?>> method) : TriggeredFunction
{
    /// <param name="middleware">What runs around the method; null for nothing.</param>
    public static TestFunction Orchestrator(
        string name, Func<TaskOrchestrationContext, Task<object?>> code, Func<Func<Task<object?>>, Task<object?>>? middleware = null) =>
        new(name, Shape(nameof(OrchestratorShape)), value => code((TaskOrchestrationContext)value!)) { _middleware = middleware ?? (next => next()) };

    public static TestFunction Activity<TInput>(string name, Func<TInput, Task<object?>> code) =>
        new(name, Shape(nameof(ActivityShape)).MakeGenericMethod(typeof(TInput)), value => code((TInput)value!));

    public static TestFunction Entity(string name, Func<TaskEntityDispatcher, Task> code) =>
        new(name, Shape(nameof(EntityShape)), async value =>
        {
            await code((TaskEntityDispatcher)value!);
            return null;
        });

    public IServiceProvider Services { get; init; } = new ServiceCollection().BuildServiceProvider();

    public ConcurrentQueue<TriggerInvocation> Invocations { get; } = new();

    /// <summary>How many invocations have ended, whatever way.</summary>
    public int Ended => _ended;

    public override string Name => name;

    public override MethodInfo Method => shape;

    public override ParameterInfo TriggerParameter => shape.GetParameters()[0];

    public override Attribute TriggerAttribute => (Attribute)TriggerParameter.GetCustomAttributes(inherit: false)[0];

    private int _ended;
    private Func<Func<Task<object?>>, Task<object?>> _middleware = next => next();

    public override async Task<object?> InvokeAsync(TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        Invocations.Enqueue(invocation);
        try
        {
            return await _middleware(() => invocation.AroundMethod is { } around
                ? around(new TestFunctionContext(Services), () => method(invocation.Value))
                : method(invocation.Value));
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    private static MethodInfo Shape(string name) => typeof(TestFunction).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void OrchestratorShape([OrchestrationTrigger] TaskOrchestrationContext context) => _ = context;

    private static void ActivityShape<TInput>([ActivityTrigger] TInput input) => _ = input;

    private static void EntityShape([EntityTrigger] TaskEntityDispatcher dispatcher) => _ = dispatcher;
}
