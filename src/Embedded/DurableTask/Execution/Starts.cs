using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Execution;

/// <summary>Makes the messages that start orchestrations.</summary>
internal static class Starts
{
    /// <param name="input">JSON; null for none.</param>
    /// <exception cref="ArgumentException">The name is missing, or the id is no valid one.</exception>
    public static (string InstanceId, ExecutionStarted Start) Create(
        TaskName name, string? input, StartOrchestrationOptions? options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        var instanceId = string.IsNullOrEmpty(options?.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId;
        InstanceIds.Validate(instanceId, nameof(options));
        return (instanceId, new()
        {
            ExecutionId = Guid.NewGuid().ToString("N"),
            Name = name,
            Version = options?.Version is { Version: { Length: > 0 } version } ? version : null,
            Input = input,
            CreatedAt = time.GetUtcNow().UtcDateTime,
            StartAt = options?.StartAt?.UtcDateTime,
            Tags = options?.Tags is { Count: > 0 } tags ? tags : null,
        });
    }
}
