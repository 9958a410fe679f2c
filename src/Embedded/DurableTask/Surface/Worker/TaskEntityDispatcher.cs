using Embedded.DurableTask.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the operations that an entity function was triggered for.</summary>
public sealed class TaskEntityDispatcher
{
    private readonly EntityBatchExecution _execution;

    internal TaskEntityDispatcher(EntityBatchExecution execution) => _execution = execution;

    /// <summary>The services of the invocation; set before the function runs.</summary>
    internal IServiceProvider? Services { get; set; }

    /// <summary>Runs them on the entity. To be called once in an invocation.</summary>
    public Task DispatchAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return _execution.RunAsync(entity);
    }

    /// <inheritdoc cref="DispatchAsync(ITaskEntity)"/>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return DispatchAsync(new DelegateEntity(handler));
    }

    /// <summary>
    /// Runs them on a new <typeparamref name="T"/>, made with the invocation's services. A type that is no entity is taken for
    /// the state, whose methods are the operations.
    /// </summary>
    public Task DispatchAsync<T>() =>
        typeof(ITaskEntity).IsAssignableFrom(typeof(T))
            ? DispatchAsync((ITaskEntity)ActivatorUtilities.GetServiceOrCreateInstance(Services!, typeof(T)))
            : DispatchAsync(new StateEntity<T>());

    private sealed class StateEntity<T> : TaskEntity<T>
    {
        protected override bool AllowStateDispatch => true;
    }

    private sealed class DelegateEntity(Func<TaskEntityOperation, ValueTask<object?>> handler) : ITaskEntity
    {
        public ValueTask<object?> RunAsync(TaskEntityOperation operation) => handler(operation);
    }
}
