using Orchestrator.Configuration;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Levels of the log in memory.</summary>
internal sealed class MemoryLogLevels : ILogLevelStore
{
    public Dictionary<string, LevelOverride> Levels { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Task<IReadOnlyList<LevelOverride>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LevelOverride>>([.. Levels.Values]);

    public Task SetAsync(LevelOverride level, CancellationToken cancellationToken)
    {
        Levels[level.Category] = level;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string category, CancellationToken cancellationToken)
    {
        Levels.Remove(category);
        return Task.CompletedTask;
    }
}
