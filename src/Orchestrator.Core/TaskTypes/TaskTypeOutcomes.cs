namespace Orchestrator.TaskTypes;

/// <summary>What putting a definition came to.</summary>
public abstract record PutTaskTypeOutcome
{
    private PutTaskTypeOutcome()
    {
    }

    /// <summary>There was no task type of that name, from any source; now there is.</summary>
    public sealed record Created(DefinedTaskType Type) : PutTaskTypeOutcome;

    /// <summary>There was one; now this is in force, as a new version or, with the same content, the same one.</summary>
    public sealed record Replaced(DefinedTaskType Type) : PutTaskTypeOutcome;

    /// <summary>Another version is in force than the caller wants to replace.</summary>
    /// <param name="Current">The one in force; null when there is none.</param>
    public sealed record PreconditionFailed(int? Current) : PutTaskTypeOutcome;
}

/// <summary>What deleting a definition came to.</summary>
public abstract record DeleteTaskTypeOutcome
{
    private DeleteTaskTypeOutcome()
    {
    }

    /// <summary>It is gone; the one beneath, if there is one, is in force again.</summary>
    public sealed record Deleted : DeleteTaskTypeOutcome;

    /// <summary>There is no task type of that name.</summary>
    public sealed record NotFound : DeleteTaskTypeOutcome;

    /// <summary>It is not defined over the API.</summary>
    public sealed record NotDeletable(TaskTypeSource Source) : DeleteTaskTypeOutcome;

    /// <summary>Another version is in force than the caller wants to delete.</summary>
    public sealed record PreconditionFailed(int Current) : DeleteTaskTypeOutcome;
}
