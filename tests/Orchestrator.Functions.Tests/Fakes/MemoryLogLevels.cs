using Orchestrator.Configuration;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Levels of the log in memory. As in a storage of earlier releases, there can be several of a category, in another case each.</summary>
internal sealed class MemoryLogLevels : ILogLevelStore
{
    public OrderedDictionary<string, LevelOverride> Levels { get; } = new(StringComparer.Ordinal);

    /// <summary>What reading takes before it answers; it may fail.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public async Task<IReadOnlyList<LevelOverride>> ListAsync(CancellationToken cancellationToken)
    {
        LevelOverride[] levels = [.. Levels.Values];
        await BeforeAnswer();
        return levels;
    }

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
