namespace Orchestrator.Tasks;

/// <summary>Asks for a page of tasks, newest first.</summary>
public sealed record TaskQuery
{
    /// <summary>Only tasks in this state; null: in every state.</summary>
    public TaskState? State { get; init; }

    /// <summary>Most tasks on the page: 1–200, default 50.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Token of the page before; null: the first page.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>What a list came to.</summary>
public abstract record TaskListing
{
    private TaskListing()
    {
    }

    /// <summary>A page; it may be short, even empty, and still have a token: then there may be more.</summary>
    /// <param name="Tasks">Without input and output.</param>
    /// <param name="ContinuationToken">For the next page; null: this was the last.</param>
    public sealed record Page(IReadOnlyList<TaskRecord> Tasks, string? ContinuationToken) : TaskListing;

    /// <summary>The token is not one that we gave out for this query.</summary>
    public sealed record InvalidToken : TaskListing;
}
