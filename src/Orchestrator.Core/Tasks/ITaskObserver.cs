namespace Orchestrator.Tasks;

/// <summary>Is told of what <see cref="TaskLifecycle"/> has written, so that each change is counted once, by the process that wrote it, and none that was only tried.</summary>
public interface ITaskObserver
{
    /// <summary>A change has been written. Must be quick and must not throw.</summary>
    void Written(TaskChange change);
}
