using Embedded.DurableTask.Entities;

namespace Microsoft.DurableTask.Entities;

/// <summary>
/// An entity whose operations are its public methods, found by name without regard to case. A method takes the operation's
/// input, a <see cref="TaskEntityContext"/>, both or nothing, and may be asynchronous.
/// </summary>
/// <remarks>There is always an operation <c>delete</c>, which removes the state; a method of that name takes its place.</remarks>
public abstract class TaskEntity<TState> : ITaskEntity
{
    /// <summary>Whether operations without a method here are looked for on the state.</summary>
    protected virtual bool AllowStateDispatch => false;

    protected TState State { get; set; } = default!;

    protected TaskEntityContext Context { get; private set; } = null!;

    /// <exception cref="NotSupportedException">There is no such operation.</exception>
    public ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Context = operation.Context;
        State = operation.State.GetState(typeof(TState)) is { } state ? (TState)state : InitializeState(operation);

        if (EntityMethod.Find(GetType(), operation.Name) is { } method)
        {
            return RunAsync(method, this, operation);
        }

        if (AllowStateDispatch)
        {
            object target = State is { } held
                ? held
                : throw new InvalidOperationException("Attempting to dispatch to state, but entity state is null.");
            if (EntityMethod.Find(target.GetType(), operation.Name) is { } stateMethod)
            {
                return RunAsync(stateMethod, target, operation);
            }
        }

        if (string.Equals(operation.Name, "delete", StringComparison.OrdinalIgnoreCase))
        {
            operation.State.SetState(null);
            return default;
        }

        throw new NotSupportedException($"No suitable method found for entity operation '{operation}'.");
    }

    /// <summary>The state of an entity that has none.</summary>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation) =>
        (TState)Activator.CreateInstance(Nullable.GetUnderlyingType(typeof(TState)) ?? typeof(TState))!;

    private async ValueTask<object?> RunAsync(EntityMethod method, object target, TaskEntityOperation operation)
    {
        var result = await method.InvokeAsync(target, operation);
        operation.State.SetState(State);
        return result;
    }
}
