using Orchestrator.Recovery;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>The hub, in memory.</summary>
internal sealed class MemoryHubRecord : ITaskHubRecord
{
    private string? _hub;
    private DateTimeOffset? _since;

    public Task<DateTimeOffset?> OpenAsync(string hub, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!string.Equals(_hub, hub, StringComparison.OrdinalIgnoreCase))
            (_hub, _since) = (hub, _hub is null ? null : now);
        return Task.FromResult(_since);
    }
}
