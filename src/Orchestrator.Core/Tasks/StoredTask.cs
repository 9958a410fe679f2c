namespace Orchestrator.Tasks;

/// <summary>Names one version of a task row; opaque.</summary>
public readonly record struct TaskVersion(string Value);

/// <summary>A task with the version it was read or written at.</summary>
/// <param name="Record">The task.</param>
/// <param name="Version">A change is written only if the row still has this version.</param>
/// <param name="Age">Time since the row was written, by the storage service's clock alone; null when it was not read from storage now (then no lease can be judged by it).</param>
public sealed record StoredTask(TaskRecord Record, TaskVersion Version, TimeSpan? Age);
