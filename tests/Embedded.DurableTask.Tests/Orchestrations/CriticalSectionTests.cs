using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>
/// Locks on entities as an orchestrator sees them, with the texts of the real OrchestrationEntityContext. Every turn is run live
/// and by replay.
/// </summary>
public sealed class CriticalSectionTests
{
    private static readonly EntityInstanceId A = new("Account", "a");
    private static readonly EntityInstanceId B = new("Account", "b");
    private static readonly EntityInstanceId Other = new("Bank", "x");

    public static TheoryData<string, Func<TaskOrchestrationContext, Task>> Forbidden => new()
    {
        { "Must not enter another critical section from within a critical section.", context => context.Entities.LockEntitiesAsync(Other) },
        { "Must not call an entity from a critical section if it is not one of the locked entities.", context => context.Entities.CallEntityAsync(Other, "Get") },
        { "Must not signal a locked entity from a critical section.", context => context.Entities.SignalEntityAsync(A, "Add", 1) },
        { "While holding locks, cannot call suborchestrators.", context => context.CallSubOrchestratorAsync("Child") },
        {
            "Must not call an entity from a critical section while a prior call to the same entity is still pending.",
            async context =>
            {
                _ = context.Entities.CallEntityAsync(A, "Add", 1);
                await context.Entities.CallEntityAsync(A, "Add", 2);
            }
        },
    };

    [Fact]
    public async Task Lock_OfSeveral_IsOneDecisionInTheOrderOfNameAndKeyWithoutRepetitions()
    {
        using var script = OrchestrationScript.Of(context => context.Entities.LockEntitiesAsync(Other, B, A, B));

        Equal(await script.StartAsync(), new EntitiesLocked(["@account@a", "@account@b", "@bank@x"]) { TaskId = 0 });
    }

    [Fact]
    public async Task Section_CallsItsEntitiesAndReleasesThem()
    {
        using var script = new OrchestrationScript(async context =>
        {
            int sum;
            await using (await context.Entities.LockEntitiesAsync(A, B))
            {
                var balances = await Task.WhenAll(context.Entities.CallEntityAsync<int>(A, "Get"), context.Entities.CallEntityAsync<int>(B, "Get"));
                sum = balances.Sum();
                await context.Entities.CallEntityAsync(A, "Set", sum);
            }

            await context.Entities.CallEntityAsync(Other, "Note");
            return sum;
        });

        Equal(await script.StartAsync(), new EntitiesLocked(["@account@a", "@account@b"]) { TaskId = 0 });
        Equal(
            await script.TurnAsync(new TaskCompleted(0, null)),
            new EntityCalled("@account@a", "Get", null) { TaskId = 1 },
            new EntityCalled("@account@b", "Get", null) { TaskId = 2 });
        Assert.Empty(await script.TurnAsync(new TaskCompleted(2, "3")));
        Equal(await script.TurnAsync(new TaskCompleted(1, "4")), new EntityCalled("@account@a", "Set", "7") { TaskId = 3 });
        Equal(
            await script.TurnAsync(new TaskCompleted(3, null)),
            new EntitiesUnlocked(0, ["@account@a", "@account@b"]) { TaskId = 4 },
            new EntityCalled("@bank@x", "Note", null) { TaskId = 5 });
        Equal(await script.TurnAsync(new TaskCompleted(5, null)), Completed(6, "7"));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task Section_ForbiddenStep_IsRefusedWithTheRealText(string text, Func<TaskOrchestrationContext, Task> step)
    {
        InvalidOperationException? refused = null;
        using var script = OrchestrationScript.Of(async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A, B))
            {
                refused = await Assert.ThrowsAsync<InvalidOperationException>(() => step(context));
            }
        });
        await script.StartAsync();

        var decisions = await script.TurnAsync(new TaskCompleted(0, null));
        Assert.Equal(text, refused!.Message);
        Assert.IsType<ExecutionCompleted>(decisions[^1]);
    }

    [Fact]
    public async Task Section_ActivitiesTimersEventsAndSignalsToOthers_AreAllowed()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A))
            {
                await context.Entities.SignalEntityAsync(Other, "Note");
                context.SendEvent("other", "E", 1);
                await context.CallActivityAsync("Work");
            }
        });
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskCompleted(0, null)),
            new EntitySignaled("@bank@x", "Note", null) { TaskId = 1 },
            new EventSent("other", "E", "1") { TaskId = 2 },
            new ActivityScheduled("Work", null) { TaskId = 3 });
    }

    // The real context fails with a NullReferenceException here; the text is the one that it has for the case.
    [Fact]
    public async Task Call_BeforeTheLocksAreThere_IsRefused()
    {
        InvalidOperationException? refused = null;
        using var script = OrchestrationScript.Of(async context =>
        {
            _ = context.Entities.LockEntitiesAsync(A);
            refused = await Assert.ThrowsAsync<InvalidOperationException>(() => context.Entities.CallEntityAsync(A, "Get"));
        });

        Equal(await script.StartAsync(), new EntitiesLocked(["@account@a"]) { TaskId = 0 }, Completed(1));
        Assert.Equal("Must await the completion of the lock request prior to calling any entity.", refused!.Message);
    }

    [Fact]
    public async Task InCriticalSection_TellsTheEntitiesThatCanBeCalledNow()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var seen = new List<string> { Seen(context) };
            var locking = context.Entities.LockEntitiesAsync(B, A);
            seen.Add(Seen(context));
            var locks = await locking;
            seen.Add(Seen(context));
            var call = context.Entities.CallEntityAsync(A, "Get");
            seen.Add(Seen(context));
            await call;
            seen.Add(Seen(context));
            await locks.DisposeAsync();
            seen.Add(Seen(context));
            return string.Join(" ", seen);
        });
        await script.StartAsync();
        await script.TurnAsync(new TaskCompleted(0, null));

        var decisions = await script.TurnAsync(new TaskCompleted(1, null));
        Equal(
            decisions,
            new EntitiesUnlocked(0, ["@account@a", "@account@b"]) { TaskId = 2 },
            Completed(3, "\"False: True: True:@account@a,@account@b True:@account@b True:@account@a,@account@b False:\""));

        static string Seen(TaskOrchestrationContext context) =>
            $"{context.Entities.InCriticalSection(out var entities)}:{string.Join(",", entities!)}";
    }

    // On the real platform the answer to an earlier call makes its entity callable within the section, though it is not locked.
    [Fact]
    public async Task Call_FromBeforeTheSection_ThatIsAnsweredWithin_FreesNothing()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var earlier = context.Entities.CallEntityAsync(Other, "Get");
            await using var locks = await context.Entities.LockEntitiesAsync(A);
            await earlier;
            return context.Entities.InCriticalSection(out var entities) && entities.SequenceEqual([A]);
        });
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskCompleted(1, null), new TaskCompleted(0, null)),
            new EntitiesUnlocked(1, ["@account@a"]) { TaskId = 2 },
            Completed(3, "true"));
    }

    [Fact]
    public async Task Dispose_Twice_OrAfterAnotherSectionHasBegun_ReleasesOnce()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            var first = await context.Entities.LockEntitiesAsync(A);
            await first.DisposeAsync();
            await first.DisposeAsync();
            await context.Entities.LockEntitiesAsync(B);
            await first.DisposeAsync();
            Assert.True(context.Entities.InCriticalSection());
        });
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskCompleted(0, null)),
            new EntitiesUnlocked(0, ["@account@a"]) { TaskId = 1 },
            new EntitiesLocked(["@account@b"]) { TaskId = 2 });
        Equal(await script.TurnAsync(new TaskCompleted(2, null)), Completed(3));
    }

    [Fact]
    public async Task Section_ThatThrows_ReleasesAndFails()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await using var locks = await context.Entities.LockEntitiesAsync(A);
            throw new FormatException("bad");
        });
        await script.StartAsync();

        var decisions = await script.TurnAsync(new TaskCompleted(0, null));
        Assert.Equal(["@account@a"], Assert.IsType<EntitiesUnlocked>(decisions[0]).Entities);
        Assert.Equal("System.FormatException: bad", Assert.IsType<ExecutionCompleted>(decisions[1]).Output);
    }

    [Fact]
    public async Task Lock_NotAwaited_DoesNotKeepTheInstanceRunning()
    {
        using var script = OrchestrationScript.Of(context =>
        {
            _ = context.Entities.LockEntitiesAsync(A);
            return Task.CompletedTask;
        });

        Equal(await script.StartAsync(), new EntitiesLocked(["@account@a"]) { TaskId = 0 }, Completed(1));
    }

    [Fact]
    public async Task Lock_OfNothing_IsRefused()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            var none = await Assert.ThrowsAsync<ArgumentException>(() => context.Entities.LockEntitiesAsync());
            Assert.Equal("The list of entities to lock must not be empty. (Parameter 'entityIds')", none.Message);
            await Assert.ThrowsAsync<ArgumentNullException>(() => context.Entities.LockEntitiesAsync((IEnumerable<EntityInstanceId>)null!));
            var nameless = await Assert.ThrowsAsync<ArgumentNullException>(() => context.Entities.LockEntitiesAsync(A, default));
            Assert.StartsWith("Invalid entity id: entity name must not be a null or empty string.", nameless.Message, StringComparison.Ordinal);
            Assert.False(context.Entities.InCriticalSection());
        });

        Equal(await script.StartAsync(), Completed(0));
    }

    [Fact]
    public async Task ContinueAsNew_WithinASection_ReleasesAndStartsOver()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await using var locks = await context.Entities.LockEntitiesAsync(A);
            context.ContinueAsNew(1);
        });
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskCompleted(0, null)),
            new EntitiesUnlocked(0, ["@account@a"]) { TaskId = 1 },
            new ContinuedAsNew("1", []) { TaskId = 2 });
    }
}
