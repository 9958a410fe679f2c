using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Dependencies;

public sealed class TableTaskEdgesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Add_ManyAtOnceWhileTheTaskEnds_EachIsFoundAfterwardsOrSeesTheEnd()
    {
        await using var store = await Store.StartAsync(azurite);
        var edges = store.Services.GetRequiredService<ITaskEdges>();
        var predecessor = (await store.SubmitAsync()).Record.Id;
        var dependents = new List<TaskId>();
        for (var i = 0; i < 40; i++)
            dependents.Add((await store.SubmitAsync()).Record.Id);

        var adding = dependents.Select(dependent => edges.AddAsync(predecessor, dependent, None)).ToList();
        await store.FinishAsync(predecessor);
        var outcomes = await Task.WhenAll(adding);

        var listed = await edges.ListAsync(predecessor, after: null, 100, None);
        Assert.Equal(dependents.Where((_, index) => outcomes[index] is EdgeOutcome.Added).Order(), listed);
        Assert.All(outcomes.Where(outcome => outcome is not EdgeOutcome.Added), outcome => Assert.Equal(new EdgeOutcome.PredecessorOver(TaskState.Succeeded), outcome));
        Assert.Equal(listed.Count > 0, (await store.Tasks.GetAsync(predecessor, None))!.Record.HasDependents);
    }

    [Fact]
    public async Task Add_TwiceOrToNobody_SaysSo()
    {
        await using var store = await Store.StartAsync(azurite);
        var edges = store.Services.GetRequiredService<ITaskEdges>();
        var (one, two) = ((await store.SubmitAsync()).Record.Id, (await store.SubmitAsync()).Record.Id);

        Assert.Equal(new EdgeOutcome.Added(), await edges.AddAsync(one, two, None));
        Assert.Equal(new EdgeOutcome.Added(), await edges.AddAsync(one, two, None));
        Assert.Equal(new EdgeOutcome.NoPredecessor(), await edges.AddAsync(TaskId.Parse("01M81CB2HB0C00000000000000"), two, None));
        Assert.Equal([two], await edges.ListAsync(one, after: null, 10, None));
        Assert.Empty(await edges.ListAsync(one, two, 10, None));
    }
}
