namespace Microsoft.DurableTask.Entities;

/// <summary>An entity: state that only its operations change, one at a time.</summary>
public interface ITaskEntity
{
    /// <summary>Runs one operation. When it throws, its changes and what it sent are undone.</summary>
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}
