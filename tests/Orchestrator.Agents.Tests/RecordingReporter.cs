namespace Orchestrator.Agents.Tests;

/// <summary>Keeps what an agent says, in order.</summary>
internal sealed class RecordingReporter : IAttemptReporter
{
    public List<string> Said { get; } = [];

    public void Log(AttemptLogLevel level, string message) => Said.Add($"{level} {message}");

    public void Progress(int percent, string? text) => Said.Add($"{percent} {text}");

    public void Heartbeat(string details) => Said.Add($"alive {details}");

    public ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult("token");
}
