namespace Orchestrator.Cli.Demo;

/// <summary>Shows how the tasks get on. Calls do not overlap.</summary>
internal interface IDemoProgress
{
    /// <summary>A task was submitted, or is in another state than before.</summary>
    void Changed(TaskLine line);

    /// <summary>Shows what changes while <paramref name="work"/> runs.</summary>
    Task<T> ShowWhileAsync<T>(Func<Task<T>> work);
}
