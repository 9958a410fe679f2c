namespace Embedded.DurableTask.History;

/// <summary>What an activity, an entity operation or an orchestration failed with.</summary>
/// <param name="ErrorType">The exception's full type name.</param>
/// <param name="Message">The exception's message, whole.</param>
/// <param name="StackTrace">Null where there is none.</param>
/// <param name="Inner">The inner failure, if any.</param>
/// <param name="NonRetriable">True when trying again cannot help, such as an activity that does not exist.</param>
internal sealed record Failure(string ErrorType, string Message, string? StackTrace = null, Failure? Inner = null, bool NonRetriable = false)
{
    /// <summary>The failure that an exception stands for.</summary>
    public static Failure From(Exception exception) => new(
        exception.GetType().FullName ?? exception.GetType().Name,
        exception.Message,
        exception.StackTrace,
        exception.InnerException is { } inner ? From(inner) : null);
}
