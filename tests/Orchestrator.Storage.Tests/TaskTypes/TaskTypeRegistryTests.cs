using Orchestrator.Storage.TaskTypes;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Storage.Tests.TaskTypes;

public sealed class TaskTypeRegistryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TaskType Order = new() { Name = "order", Description = "code", CheckInput = _ => [new Fault("", "Never.")] };

    [Fact]
    public async Task Find_DefinedInEveryLayer_ApiOverFileOverCode()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store) { Code = [Order], Files = [Order with { Description = "file" }] }.Create();

        Assert.Equal((2, TaskTypeSource.File, "file"), Summary(await registry.FindDefinedAsync("order", default)));
        Assert.IsType<PutTaskTypeOutcome.Replaced>(await PutAsync(registry, Order with { Description = "api" }));
        Assert.Equal((3, TaskTypeSource.Api, "api"), Summary(await registry.FindDefinedAsync("order", default)));
        Assert.IsType<DeleteTaskTypeOutcome.Deleted>(await registry.DeleteAsync("order", _ => true, default));
        Assert.Equal((2, TaskTypeSource.File, "file"), Summary(await registry.FindDefinedAsync("order", default)));
        Assert.Equal(new DeleteTaskTypeOutcome.NotDeletable(TaskTypeSource.File), await registry.DeleteAsync("order", _ => true, default));
        Assert.Equal(new DeleteTaskTypeOutcome.NotFound(), await registry.DeleteAsync("other/name", _ => true, default));
    }

    [Fact]
    public async Task Find_TypeThatAnAgentOfCodeDoes_KeepsItsCheck()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store) { Code = [Order] }.Create();
        await PutAsync(registry, new TaskType { Name = "order.fast", Capability = "order" });

        Assert.Same(Order.CheckInput, (await registry.FindAsync("order", default))!.CheckInput);
        Assert.Same(Order.CheckInput, (await registry.FindAsync("order.fast", default))!.CheckInput);
    }

    [Fact]
    public async Task Put_SameContent_SameVersion_OtherContent_NextVersion()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store).Create();
        var type = new TaskType { Name = "a", InputSchema = """{ "type": "object" }""" };

        Assert.Equal(1, Assert.IsType<PutTaskTypeOutcome.Created>(await PutAsync(registry, type)).Type.Type.Version);
        Assert.Equal(1, Assert.IsType<PutTaskTypeOutcome.Replaced>(await PutAsync(registry, type with { InputSchema = """{"type":"object"}""" })).Type.Type.Version);
        Assert.Equal(2, Assert.IsType<PutTaskTypeOutcome.Replaced>(await PutAsync(registry, type with { Priority = 6 })).Type.Type.Version);
        await registry.DeleteAsync("a", _ => true, default);
        Assert.Null(await registry.FindAsync("a", default));
        Assert.Equal(3, Assert.IsType<PutTaskTypeOutcome.Created>(await PutAsync(registry, type)).Type.Type.Version);
        var priorities = await Task.WhenAll(Enumerable.Range(1, 3).Select(async version => (await registry.FindVersionAsync("a", version, default))!.Type.Priority));
        Assert.Equal([5, 6, 5], priorities);
        Assert.Null(await registry.FindVersionAsync("a", 4, default));
    }

    [Fact]
    public async Task PutAndDelete_CallerMeansAnotherVersion_NothingChanges()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store).Create();
        var type = new TaskType { Name = "a" };

        Assert.Equal(new PutTaskTypeOutcome.PreconditionFailed(null), await registry.PutAsync(type, version => version == 1, default));
        await PutAsync(registry, type);
        Assert.Equal(new PutTaskTypeOutcome.PreconditionFailed(1), await registry.PutAsync(type with { Priority = 1 }, version => version is null, default));
        Assert.Equal(new DeleteTaskTypeOutcome.PreconditionFailed(1), await registry.DeleteAsync("a", version => version == 2, default));
        Assert.Equal(1, (await registry.FindAsync("a", default))!.Version);
    }

    [Fact]
    public async Task Put_ManyAtOnceOnSeveralProcesses_EachHasAVersionOfItsOwn()
    {
        await using var store = await Store.StartAsync(azurite);
        TaskTypeRegistry[] registries = [.. Enumerable.Range(0, 4).Select(_ => new RegistryRig(store).Create())];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => PutAsync(registries[number % 4], new TaskType { Name = "a", Description = $"{number}" })));

        Assert.Single(outcomes.OfType<PutTaskTypeOutcome.Created>());
        var versions = outcomes.Select(outcome => outcome switch
        {
            PutTaskTypeOutcome.Created created => created.Type.Type.Version,
            PutTaskTypeOutcome.Replaced replaced => replaced.Type.Type.Version,
            _ => 0,
        });
        Assert.Equal(Enumerable.Range(1, 12), versions.Order());
    }

    [Fact]
    public async Task Load_NewProcessesAndDeployments_StoreOnlyWhatIsNew()
    {
        await using var store = await Store.StartAsync(azurite);
        Task<TaskType?> FindAsync(TaskType code) => new RegistryRig(store) { Code = [code] }.Create().FindAsync("order", default).AsTask();

        var first = await Task.WhenAll(FindAsync(Order), FindAsync(Order), FindAsync(Order));
        Assert.Equal([1, 1, 1], first.Select(type => type!.Version));
        Assert.Equal(2, (await FindAsync(Order with { Description = "new" }))!.Version);
        Assert.Equal(3, (await FindAsync(Order with { Description = "new", Version = 2 }))!.Version);

        var later = new RegistryRig(store) { Code = [Order with { Description = "new", Version = 2 }] }.Create();
        Assert.Equal("code", (await later.GetPinnedAsync("order", 1, default))!.Description);
        Assert.Equal("new", (await later.GetPinnedAsync("order", 99, default))!.Description);
        Assert.Null(await later.GetPinnedAsync("other", 1, default));
    }

    [Fact]
    public async Task Find_ChangedByAnotherProcess_IsSeenAfterTheInterval()
    {
        await using var store = await Store.StartAsync(azurite);
        var (here, there) = (new RegistryRig(store).Create(), new RegistryRig(store).Create());
        await PutAsync(there, new TaskType { Name = "a", Description = "1" });
        Assert.Equal("1", (await here.FindAsync("a", default))!.Description);
        await PutAsync(there, new TaskType { Name = "a", Description = "2" });

        var (requests, _) = await store.CountAsync(async () => Assert.Equal("1", (await here.FindAsync("a", default))!.Description));
        Assert.Equal(0, requests);
        store.Time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(async () => (await here.FindAsync("a", default))!.Description == "2", "the other process's change is seen");

        await there.DeleteAsync("a", _ => true, default);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await here.FindAsync("a", default));
    }

    [Fact]
    public async Task Find_UnknownName_IsLookedUpAtOnceAndThenNotForTwoSeconds()
    {
        await using var store = await Store.StartAsync(azurite);
        var (here, there) = (new RegistryRig(store).Create(), new RegistryRig(store).Create());
        await here.LoadAsync(default);

        Assert.Null(await here.FindAsync("a", default));
        await PutAsync(there, new TaskType { Name = "a" });
        Assert.Equal(0, (await store.CountAsync(async () => Assert.Null(await here.FindAsync("a", default)))).Requests);
        Assert.Equal(0, (await store.CountAsync(async () => Assert.Null(await here.FindAsync("no/name'", default)))).Requests);
        store.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await here.FindAsync("a", default));
        var all = await here.ListAsync(default);
        Assert.Equal(["a"], all.Select(type => type.Name));
    }

    [Fact]
    public async Task Put_LargestDefinition_ComesBackAsItWas()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store).Create();
        var schema = $$"""{"description":"{{new string('é', 32_750)}}"}""";
        var type = new TaskType { Name = new string('n', 200), InputSchema = schema, OutputSchema = schema, DefaultInput = $"\"{new string('€', 21_000)}\"" };
        await PutAsync(registry, type);

        var found = (await new RegistryRig(store).Create().FindAsync(type.Name, default))!;

        Assert.Equal((schema, schema, type.DefaultInput), (found.InputSchema, found.OutputSchema, found.DefaultInput));
    }

    [Fact]
    public async Task FindFaultsAndWarnings_AgainstTheAgentsHere()
    {
        await using var store = await Store.StartAsync(azurite);
        var registry = new RegistryRig(store) { Code = [Order] }.Create();
        var slow = new TaskType { Name = "slow", Capability = "order", Timeouts = new TaskTimeouts { Attempt = TimeSpan.FromMinutes(10) } };

        Assert.Equal(
            [new Fault("/timeouts/attempt", "It is PT10M; it must be below the function time-out of PT10M, as agent 'worker' works in this program.")],
            registry.FindFaults(slow));
        Assert.Empty(registry.FindWarnings(slow));
        Assert.Empty(registry.FindFaults(slow with { Capability = "elsewhere" }));
        Assert.Equal(["No agent here is capable of 'elsewhere'. Tasks of this type fail until one is."], registry.FindWarnings(slow with { Capability = "elsewhere" }));
    }

    private static Task<PutTaskTypeOutcome> PutAsync(TaskTypeRegistry registry, TaskType type) => registry.PutAsync(type, _ => true, default);

    private static (int Version, TaskTypeSource Source, string Description) Summary(DefinedTaskType? defined) => (defined!.Type.Version, defined.Source, defined.Type.Description);
}
