using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Sabotage;

namespace Embedded.DurableTask.Tests.Simulation;

/// <summary>That the simulation can fail: with a part of storage that breaks its promise, some seed finds it.</summary>
public sealed class SabotageTests
{
    private const int Seeds = 60;

    [Fact]
    public void NothingBroken_NothingIsFound() => Assert.All(Findings(s => s), Assert.Null);

    [Fact]
    public void LogThatIgnoresSeals_IsFound() => AssertFound(s => s with { Log = new LogThatIgnoresSeals(s.Log) }, "and that is not durable");

    [Fact]
    public void EffectsBeforeTheCommit_AreFound() => AssertFound(s => s with { Log = new LogThatAnswersFirst(s.Log) }, "not durable");

    [Fact]
    public void RowOfAnotherTakenForOnesOwn_IsFound() => AssertFound(s => s with { Log = new LogThatTakesAnyRowForItsOwn(s.Log) }, "not durable");

    [Fact]
    public void LogThatCutsTooMuch_IsFound() => AssertFound(s => s with { Log = new LogThatCutsTooMuch(s.Log) }, "has been cut; the checkpoint is that of");

    [Fact]
    public void CheckpointThatClaimsTooMuch_IsFound() => AssertFound(s => s with { Live = new RowsThatClaimTooMuch(s.Live) }, "A checkpoint of");

    [Fact]
    public void LiveRowsThatAreLost_AreFound() => AssertFound(s => s with { Live = new RowsThatLoseSome(s.Live) }, "was recovered as");

    [Fact]
    public void FinishedRowsThatAreLost_AreFound() => AssertFound(s => s with { Finished = new RowsThatLoseSome(s.Finished) }, "was not listed");

    [Fact]
    public void FencesThatAreIgnored_AreFound() =>
        AssertFound(s => s with { Live = new RowsThatIgnoreFences(s.Live), Finished = new RowsThatIgnoreFences(s.Finished) }, "of epoch");

    private static void AssertFound(Func<SabotagedStorage, SabotagedStorage> sabotage, string finding) =>
        Assert.Contains(Findings(sabotage), found => found?.Contains(finding, StringComparison.Ordinal) is true);

    /// <summary>What each seed finds; null for nothing.</summary>
    private static IEnumerable<string?> Findings(Func<SabotagedStorage, SabotagedStorage> sabotage)
    {
        IHubStorage Sabotage(IHubStorage whole) => sabotage(SabotagedStorage.Of(whole));
        return Enumerable.Range(1, Seeds).Select(seed => Finding(new SimulationOptions { Seed = seed, Sabotage = Sabotage }));
    }

    private static string? Finding(SimulationOptions options)
    {
        try
        {
            SimulatedRun.Run(options);
            return null;
        }
        catch (SimulationFailedException found)
        {
            return found.Message;
        }
    }
}
