using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agents;
using Orchestrator.Agents.Code;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Limits;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Limits;

/// <summary>What the activity of attempts says about slots.</summary>
public sealed class AttemptSlotsTests : IAsyncDisposable
{
    private static readonly TaskType Limited = new()
    {
        Name = "test",
        Concurrency = new ConcurrencyLimit { Limit = 3, Key = "/customer", KeyLimit = 1 },
        Retry = new RetryPolicy { MaxAttempts = 2 },
    };

    private readonly TaskRig _rig = new();
    private readonly TestAgent.Script _agent = new();
    private readonly ServiceProvider _services;
    private readonly AttemptRunner _runner;

    public AttemptSlotsTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(_rig.Time)
            .AddSingleton(_agent)
            .AddAgent<TestAgent>("test", agent => agent.Named("tester"))
            .BuildServiceProvider();
        _runner = new AttemptRunner(
            _rig.Lifecycle,
            _rig.Store,
            _rig.Siblings,
            _services.GetRequiredService<AgentCatalog>(),
            new TestCatalog(Limited),
            new AttemptInvoker(_services.GetRequiredService<CodeAgentInvoker>(), _rig.Siblings, _rig.Siblings, _rig.Outputs, new NoSecrets(), _rig.Time, NullLogger<AttemptInvoker>.Instance),
            _rig.Waits,
            _rig.Slots(new TestCatalog(Limited)),
            _rig.Holders,
            new AgentCounters("test"),
            _rig.Time,
            TestOptions.Of(new AttemptOptions()),
            NullLogger<AttemptRunner>.Instance);
    }

    private static string KeyLimiter { get; } = SlotNeed.Of(Limited, """{"customer":"a"}""")[0].Limiter;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task RunAsync_NoSlots_AsksForTheKeysFirst()
    {
        var id = await SubmitAsync("""{"customer":"a"}""");

        var step = await RunAsync(id);

        var due = TestTasks.Start + AttemptWaits.LongestSleep;
        Assert.Equal(AttemptStep.Again(1, due) with { Next = AttemptNext.Slot, Wish = new SlotWish(KeyLimiter, 1, SlotRank.Of(_rig.Store[id]), new SlotLimit(1, 1)) }, step);
        Assert.Equal((TaskState.Queued, false), (_rig.Store[id].State, _rig.Store[id].Unstarted));
    }

    [Fact]
    public async Task RunAsync_SlotOfTheKey_AsksForTheTypes()
    {
        var id = await SubmitAsync("""{"customer":"a"}""");

        var step = await RunAsync(id, 1, KeyLimiter);

        Assert.Equal(("test", 1L, new SlotLimit(3, 1)), (step.Wish!.Limiter, step.Wish.Ticket, step.Wish.Limit));
        Assert.Null(step.Return);
    }

    [Fact]
    public async Task RunAsync_AllSlots_WorksAndGivesThemBack()
    {
        var id = await SubmitAsync("""{"customer":"a"}""");

        var step = await RunAsync(id, 1, KeyLimiter, "test");

        Assert.Equal((AttemptNext.Over, TaskState.Succeeded), (step.Next, _rig.Store[id].State));
        AssertReturn(step, 1, KeyLimiter, "test");
    }

    [Fact]
    public async Task RunAsync_SlotsOfAnotherBeginning_AsksAnew()
    {
        var id = await SubmitAsync("{}");
        _agent.Run = (_, _) => throw new AgentException("broken", "It is broken.", isRetryable: true);
        var failed = await RunAsync(id, 1, "test");
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        var late = await _runner.RunAsync(new AttemptRequest(id.ToString(), 2) { Slots = ["test"], Ticket = 1 }, CancellationToken.None);

        AssertReturn(failed, 1, "test");
        Assert.Equal((AttemptNext.Slot, "test", 2L), (late.Next, late.Wish!.Limiter, late.Wish.Ticket));
        AssertReturn(late, 1, "test");
        Assert.Equal(TaskState.Queued, _rig.Store[id].State);
    }

    [Fact]
    public async Task RunAsync_PausedBeforeItBegins_GivesTheSlotsBackAndNobodyCanBeginWithThem()
    {
        var id = await SubmitAsync("{}");
        await _rig.Lifecycle.PauseAsync(id, CancellationToken.None);

        var step = await RunAsync(id, 1, "test");
        await _rig.Lifecycle.ResumeAsync(id, CancellationToken.None);
        var late = await RunAsync(id, 1, "test");

        AssertReturn(step, 1, "test");
        Assert.Equal((AttemptNext.Slot, 2L), (late.Next, late.Wish!.Ticket));
        Assert.Null(_rig.Store[id].Lease);
    }

    [Fact]
    public async Task RunAsync_HandedOut_KeepsTheSlotsUntilItIsOver()
    {
        var id = await SubmitAsync("{}");
        _agent.Run = (_, _) => Task.FromResult(AgentResult.Pending);

        var pending = await RunAsync(id, 1, "test");
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);
        var over = await RunAsync(id);

        Assert.Null(pending.Return);
        Assert.Equal((AttemptNext.FollowUp, TaskState.Cancelled), (over.Next, _rig.Store[id].State));
        AssertReturn(over, 1, "test");
    }

    [Fact]
    public async Task RunAsync_TaskIsGone_EndsWithoutSlots()
    {
        var step = await RunAsync(TestTasks.Id(9), 1, "test");

        Assert.Equal(AttemptStep.Over(1), step);
    }

    private static void AssertReturn(AttemptStep step, long ticket, params string[] limiters)
    {
        Assert.Equal((ticket, string.Join(' ', limiters)), (step.Return!.Ticket, string.Join(' ', step.Return.Limiters)));
    }

    private Task<TaskId> SubmitAsync(string input) => _rig.SubmitAsync(submission => submission with { Type = Limited, Input = input });

    private Task<AttemptStep> RunAsync(TaskId id, long ticket = 0, params string[] slots) =>
        _runner.RunAsync(new AttemptRequest(id.ToString(), 1) { Slots = slots.Length == 0 ? null : slots, Ticket = ticket }, CancellationToken.None);
}
