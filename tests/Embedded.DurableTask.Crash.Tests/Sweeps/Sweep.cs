using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary>Lives the same small life again and again, each time with something else going wrong.</summary>
internal static class Sweep
{
    private const int GateStep = 5;

    /// <summary>As many as there are cores on the smallest machine that has to run this.</summary>
    private const int Lanes = 2;

    /// <summary>The storage calls of a life in which nothing goes wrong.</summary>
    public static async Task<IReadOnlyList<StorageCall>> CleanAsync(AzuriteFixture azurite)
    {
        await using var life = await StepsLife.BeginAsync(azurite);
        await life.LiveAsync();
        return life.Proxy.Calls;
    }

    /// <summary>Lives with each of the points in turn: all in a full run, else every fifth.</summary>
    /// <returns>How many of them came about. A life may have fewer calls than the clean one: how many depends on what is committed together.</returns>
    public static async Task<int> RunAsync<T>(AzuriteFixture azurite, IEnumerable<T> points, Func<StepsLife, T, FaultRule> rule)
    {
        var fired = 0;
        await Parallel.ForEachAsync(TestExtent.Sample(points, GateStep), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (point, _) =>
        {
            if (await LiveWithAsync(azurite, life => rule(life, point), $"{point}"))
                Interlocked.Increment(ref fired);
        });
        return fired;
    }

    /// <summary>Lives with one rule.</summary>
    /// <returns>Whether it ever fired.</returns>
    public static async Task<bool> LiveWithAsync(AzuriteFixture azurite, Func<StepsLife, FaultRule> rule, string point)
    {
        await using var life = await StepsLife.BeginAsync(azurite);
        var added = life.Proxy.Add(rule(life));
        try
        {
            await life.LiveAsync();
            Assert.True(added.Fired > 0 || added.Matched < added.First, "The rule should have fired.");
            return added.Fired > 0;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"{point} broke it: {failure.Message}{Environment.NewLine}{string.Join(Environment.NewLine, life.Proxy.Calls)}{Environment.NewLine}{life.Transcript}", failure);
        }
    }
}
