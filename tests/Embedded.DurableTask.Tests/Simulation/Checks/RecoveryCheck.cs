using System.Text.Json;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Simulation.Storage;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>Recovers a hub from a copy of what storage holds, and compares it with the fold of the whole log.</summary>
internal static class RecoveryCheck
{
    public static void Run(SimulatedWorld world)
    {
        var task = RunAsync(world);
        world.Verdict.Require(task.IsCompleted, $"The recovery waits for something.");
        task.GetAwaiter().GetResult();
    }

    private static async Task RunAsync(SimulatedWorld world)
    {
        var storage = new SimulatedStorage(world.Account.Copy(), new InstantPath(), pageSize: 1000);
        var epoch = world.Witness.NewestEpoch + 1;
        var ids = 0;
        var recovery = await HubRecovery.RunAsync(
            new LiveStore(storage.Live, TimeProvider.System), new LogFence(storage.Log, () => $"w{++ids}", TimeProvider.System), epoch, CancellationToken.None);
        var finished = new FinishedStore(storage.Finished, epoch, TimeProvider.System);
        var (recovered, folded) = (recovery.State, world.Witness.State);

        foreach (var id in world.Witness.Ids)
        {
            var expected = Text(folded.Orchestrations.GetValueOrDefault(id));
            var found = recovered.Orchestrations.TryGetValue(id, out var instance) ? Text(instance)
                : recovered.Purged.Contains(id) ? null
                : Text(await finished.GetAsync(id, CancellationToken.None));
            world.Verdict.Require(expected == found, $"'{id}' was recovered as\n{found}\ninstead of\n{expected}");
        }

        foreach (var key in folded.Entities.Keys.Union(recovered.Entities.Keys, StringComparer.Ordinal))
        {
            var (expected, found) = (Text(folded.Entities.GetValueOrDefault(key)), Text(recovered.Entities.GetValueOrDefault(key)));
            world.Verdict.Require(expected == found, $"{key} was recovered as\n{found}\ninstead of\n{expected}");
        }

        world.Verdict.Require(recovered.Orchestrations.Keys.All(folded.Orchestrations.ContainsKey), $"More was recovered than there is.");
    }

    /// <summary>Of an instance that has ended, what clients can see is all there is.</summary>
    private static string? Text(OrchestrationState? instance) => instance switch
    {
        null => null,
        { IsFinished: true } => Text(InstanceViews.Of(instance, withPayloads: true)),
        _ => JsonSerializer.Serialize(Sorted(instance), HubJson.Default.OrchestrationState),
    };

    /// <summary>Open decisions have no order.</summary>
    private static OrchestrationState Sorted(OrchestrationState instance)
    {
        var copy = JsonSerializer.SerializeToElement(instance, HubJson.Default.OrchestrationState).Deserialize(HubJson.Default.OrchestrationState)!;
        copy.Open = instance.Open.OrderBy(o => o.Key).ToDictionary();
        return copy;
    }

    private static string? Text(InstanceView? view) => view is null ? null : JsonSerializer.Serialize(view, HubJson.Default.InstanceView);

    private static string? Text(EntityState? entity) => entity is null ? null : JsonSerializer.Serialize(entity, HubJson.Default.EntityState);
}
