using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Hostile;

/// <summary>Runs some batches twice: the first result is lost, as if the host had ended before it was stored.</summary>
internal sealed class TwiceEntityRunner(IEntityRunner inner, Dice dice) : IEntityRunner
{
    public async ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        if (dice.IsOneIn(3))
        {
            await inner.RunAsync(batch, cancellationToken);
        }

        return await inner.RunAsync(batch, cancellationToken);
    }
}
