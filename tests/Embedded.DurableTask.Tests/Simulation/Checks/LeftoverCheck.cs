using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Tests.Simulation.Storage;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>What must not be left in storage when all has ended and the last owner has left in order.</summary>
internal static class LeftoverCheck
{
    public static void Run(SimulatedWorld world)
    {
        world.Verdict.Require(world.Witness.State.Entities.Values.All(e => e.LockedBy is null), $"An entity is still locked.");
        var live = Rows(world.Account.Live, world.Verdict);
        var expected = world.Witness.State.Entities.Keys.Order(StringComparer.Ordinal).ToList();
        world.Verdict.Require(live.SequenceEqual(expected), $"{string.Join(", ", live)} are stored as live instead of {string.Join(", ", expected)}.");
        var finished = Rows(world.Account.Finished, world.Verdict);
        expected = [.. world.Witness.State.Orchestrations.Keys.Order(StringComparer.Ordinal)];
        world.Verdict.Require(finished.SequenceEqual(expected), $"{string.Join(", ", finished)} are stored as finished instead of {string.Join(", ", expected)}.");
    }

    /// <summary>The keys that are stored; no part row may be there without the row it belongs to.</summary>
    private static List<string> Rows(SimulatedTable table, Verdict verdict)
    {
        var rows = table.Read(_ => true, after: null, int.MaxValue, columns: null);
        var main = rows.Where(r => !StoredRow.IsAuxiliary(r)).ToList();
        var parts = main.SelectMany(r => StoredRow.PartKeys(r).Select(k => (r.PartitionKey, k))).ToHashSet();
        var orphan = rows.Find(r => StoredRow.IsPart(r.RowKey) && !parts.Contains((r.PartitionKey, r.RowKey)));
        verdict.Require(orphan is null, $"The {table.Name} row '{orphan?.RowKey}' is a part of nothing.");
        return [.. main.Select(r => r.GetString("Key")!).Order(StringComparer.Ordinal)];
    }
}
