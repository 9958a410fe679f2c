namespace Embedded.DurableTask.Tests.Engine;

public sealed class LockSimulationTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Locks_OfManyInstancesAcrossOwners_NeverDeadlockAndCountEveryOperationOnce(int seed)
    {
        var simulation = new LockSimulation(seed);

        simulation.Run(instances: 12);

        Assert.All(simulation.State.Orchestrations.Values, i => Assert.True(i.IsFinished, $"Seed {seed}: '{i.InstanceId}' waits for ever."));
        Assert.All(simulation.State.Entities.Values, e => Assert.True(e.LockedBy is null && e.Queue.Count == 0, $"Seed {seed}: '{e.Entity}' is locked or has a queue."));
        Assert.True(simulation.Calls > 20, $"Seed {seed}: {simulation.Calls} calls are no test.");
        Assert.Equal(simulation.Signals + simulation.Calls, simulation.Counted);
    }
}
