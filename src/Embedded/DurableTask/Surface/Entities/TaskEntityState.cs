namespace Microsoft.DurableTask.Entities;

/// <summary>The state of an entity, as its operations see and change it.</summary>
public abstract class TaskEntityState
{
    public abstract bool HasState { get; }

    public virtual T? GetState<T>(T? defaultValue = default) => GetState(typeof(T)) is T state ? state : defaultValue;

    /// <returns>Null when there is none.</returns>
    public abstract object? GetState(Type type);

    /// <param name="state">Null deletes the entity.</param>
    public abstract void SetState(object? state);
}
