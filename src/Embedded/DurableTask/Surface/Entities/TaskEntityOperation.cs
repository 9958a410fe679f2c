namespace Microsoft.DurableTask.Entities;

/// <summary>An operation that an entity is to run.</summary>
public abstract class TaskEntityOperation
{
    /// <summary>Compared without regard to case.</summary>
    public abstract string Name { get; }

    public abstract TaskEntityContext Context { get; }

    public abstract TaskEntityState State { get; }

    public abstract bool HasInput { get; }

    public virtual T? GetInput<T>() => (T?)GetInput(typeof(T));

    public abstract object? GetInput(Type inputType);

    public override string ToString() => $"{Context.Id.Name}/{Name}";
}
