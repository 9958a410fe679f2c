namespace Orchestrator.Tasks;

/// <summary>Asks for a page of tasks, newest first. A task is on it when it passes every filter given.</summary>
public sealed record TaskQuery
{
    /// <summary>Only tasks in this state; null: in every state.</summary>
    public TaskState? State { get; init; }

    /// <summary>Only tasks of this type; null: of every type.</summary>
    public string? Type { get; init; }

    /// <summary>Only tasks whose latest attempt this agent made; null: of every agent, and of none.</summary>
    public string? Agent { get; init; }

    /// <summary>Only tasks with this tag; null: with any, and without.</summary>
    public string? Tag { get; init; }

    /// <summary>Only children of this task, by the text of its id; null: all.</summary>
    public string? Parent { get; init; }

    /// <summary>Only tasks with this correlation id; null: all.</summary>
    public string? Correlation { get; init; }

    /// <summary>Only tasks submitted at this time or later, in whole milliseconds; null: from the first on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only tasks submitted before this time, in whole milliseconds; null: up to the latest.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only tasks whose title contains this text, upper or lower case; needs <see cref="From"/>, as titles have no index. Null: all.</summary>
    public string? Title { get; init; }

    /// <summary>Most tasks on the page: 1–200, default 50.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Token of the page before; null: the first page.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Whether a task passes every filter.</summary>
    public bool Matches(TaskRecord task) =>
        (State is null || task.State == State)
        && (Type is null || string.Equals(task.Type, Type, StringComparison.Ordinal))
        && (Agent is null || string.Equals(task.Agent, Agent, StringComparison.Ordinal))
        && (Tag is null || task.Tags.Contains(Tag, StringComparer.Ordinal))
        && (Parent is null || string.Equals(task.Parent, Parent, StringComparison.Ordinal))
        && (Correlation is null || string.Equals(task.Correlation, Correlation, StringComparison.Ordinal))
        && (From is null || task.CreatedAt.ToUnixTimeMilliseconds() >= From.Value.ToUnixTimeMilliseconds())
        && (To is null || task.CreatedAt.ToUnixTimeMilliseconds() < To.Value.ToUnixTimeMilliseconds())
        && (Title is null || task.Title.Contains(Title, StringComparison.OrdinalIgnoreCase));
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
