using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>What a key looked like at one moment, ready to be stored: live, finished, or gone.</summary>
internal sealed record Capture(string Key)
{
    /// <summary>The position up to which it holds every record; known when the group at the moment of the capture is committed.</summary>
    public LogPosition AsOf { get; init; }

    public bool IsEntity { get; init; }

    /// <summary>The state of a live instance or an entity.</summary>
    public ReadOnlyMemory<byte>? Live { get; init; }

    /// <summary>What remains of a finished instance.</summary>
    public InstanceView? Finished { get; init; }

    /// <summary>Whether a finished instance is to be removed from storage.</summary>
    public bool IsPurged { get; init; }

    /// <summary>Whether storage may hold an earlier instance of this id.</summary>
    public bool ReplacesStored { get; init; }

    public static Capture Of(string key, HubState state)
    {
        if (state.Orchestrations.TryGetValue(key, out var instance))
        {
            return instance.IsFinished
                ? new Capture(key) { Finished = InstanceViews.Of(instance, withPayloads: true), ReplacesStored = instance.ReplacesStored }
                : new Capture(key) { Live = JsonSerializer.SerializeToUtf8Bytes(instance, HubJson.Default.OrchestrationState) };
        }

        return state.Entities.TryGetValue(key, out var entity)
            ? new Capture(key) { IsEntity = true, Live = JsonSerializer.SerializeToUtf8Bytes(entity, HubJson.Default.EntityState) }
            : new Capture(key) { IsPurged = state.Purged.Contains(key) };
    }
}
