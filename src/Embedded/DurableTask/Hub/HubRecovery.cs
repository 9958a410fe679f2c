using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Hub;

/// <summary>Brings a hub's state back: the rows of the last checkpoint, then the log behind it.</summary>
/// <param name="State">The state as it was decided.</param>
/// <param name="From">The position of the checkpoint.</param>
/// <param name="Records">How many records were read from the log.</param>
internal sealed record HubRecovery(HubState State, LogPosition From, int Records)
{
    /// <summary>Reads the state and seals every epoch before <paramref name="epoch"/>.</summary>
    public static async Task<HubRecovery> RunAsync(LiveStore live, LogFence fence, long epoch, CancellationToken cancellationToken)
    {
        var state = new HubState();
        var (from, asOf) = await live.OpenAsync(epoch, state, cancellationToken);
        var records = 0;
        var at = from;
        for (; at.Epoch < epoch; at = new LogPosition(at.Epoch + 1, 0))
        {
            await fence.SealAsync(at, Apply, cancellationToken);
        }

        return new HubRecovery(state, from, records);

        void Apply(ReadOnlyMemory<byte> group, LogPosition end)
        {
            foreach (var record in HubJson.ReadGroup(group.Span))
            {
                records++;
                if (!asOf.TryGetValue(record.Key, out var known) || known < end)
                {
                    state.Apply(record);
                }
            }
        }
    }
}
