using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.TaskTypes;

public sealed partial class TaskTypeRegistry
{
    [LoggerMessage(2040, LogLevel.Information, "{Count} task types are defined: {Names}.")]
    private partial void LogLoaded(int count, string names);

    [LoggerMessage(2041, LogLevel.Warning, "What the API has changed about task types could not be read; they stay as they are known and are read again.")]
    private partial void LogNotRefreshed(Exception exception);

    [LoggerMessage(2042, LogLevel.Information, "Task type {Name} has version {Version} now, defined by {Source}.")]
    private partial void LogChanged(string name, int version, string source);

    [LoggerMessage(2043, LogLevel.Information, "The definition of task type {Name} by the API, version {Version}, was deleted.")]
    private partial void LogDeleted(string name, int version);
}
