using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hostile;

namespace Embedded.DurableTask.Tests.Hostile;

public sealed class TwiceEntityRunnerTests
{
    private const int Seed = 20_261_122;
    private const int Batches = 300;

    [Fact]
    public async Task Run_ManyBatches_RunsSomeOfThemTwiceOnTheSameStateAndGivesTheSecondResult()
    {
        var inner = new CountingRunner();
        var runner = new TwiceEntityRunner(inner, new Dice(Seed));
        var twice = 0;

        for (var number = 0; number < Batches; number++)
        {
            var batch = new EntityBatch("@counter@x", $"{number}", [new EntityRequest("add", null, null)]);
            inner.Runs.Clear();
            var result = await runner.RunAsync(batch, default);

            Assert.All(inner.Runs, run => Assert.Same(batch, run));
            Assert.Equal($"run {inner.Runs.Count}", result.State);
            twice += inner.Runs.Count - 1;
        }

        Assert.InRange(twice, Batches / 4, Batches / 2);
    }

    private sealed class CountingRunner : IEntityRunner
    {
        public List<EntityBatch> Runs { get; } = [];

        public ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken)
        {
            Runs.Add(batch);
            return ValueTask.FromResult(new EntityBatchResult($"run {Runs.Count}", [new EntityOutcome(null, null)], []));
        }
    }
}
