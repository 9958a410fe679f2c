namespace Embedded.DurableTask.History;

/// <summary>What an activity, an entity operation or an orchestration failed with.</summary>
/// <param name="ErrorType">The exception's full type name.</param>
/// <param name="Message">The exception's message, whole.</param>
/// <param name="StackTrace">Null where there is none.</param>
/// <param name="Inner">The inner failure, if any.</param>
/// <param name="NonRetriable">True when trying again cannot help, such as an activity that does not exist.</param>
internal sealed record Failure(string ErrorType, string Message, string? StackTrace = null, Failure? Inner = null, bool NonRetriable = false)
{
    /// <summary>How many failures a chain may have.</summary>
    public const int MaxDepth = 16;

    /// <summary>The failure that an exception stands for.</summary>
    /// <remarks>Of a longer chain only the outermost <see cref="MaxDepth"/> are kept: what is stored must be readable again.</remarks>
    public static Failure From(Exception exception) => From(exception, MaxDepth);

    /// <summary>The failure with no more than the outermost <see cref="MaxDepth"/> of its chain.</summary>
    public Failure Bounded() => Bounded(MaxDepth);

    private static Failure From(Exception exception, int depth) => new(
        exception.GetType().FullName ?? exception.GetType().Name,
        exception.Message,
        exception.StackTrace,
        exception.InnerException is { } inner && depth > 1 ? From(inner, depth - 1) : null);

    private Failure Bounded(int depth) => Inner is null ? this : this with { Inner = depth > 1 ? Inner.Bounded(depth - 1) : null };
}
