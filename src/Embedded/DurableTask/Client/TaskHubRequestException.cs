namespace Embedded.DurableTask.Client;

/// <summary>
/// The hub refuses a request. It stands for the exception that the real client throws in its place, which comes from a package
/// the app does not reference: neither is to be caught by its type.
/// </summary>
internal sealed class TaskHubRequestException(string statusCode, string detail)
    : Exception($"Status(StatusCode=\"{statusCode}\", Detail=\"{detail}\")")
{
    public static TaskHubRequestException NotFound(string instanceId) => new("NotFound", $"No instance with ID '{instanceId}' was found.");

    public static TaskHubRequestException Finished(string instanceId, string what) =>
        new("FailedPrecondition", $"Cannot {what} the orchestration instance {instanceId} because it has ended.");
}
