using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask.Entities;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class EntityCallTests
{
    private static readonly EntityInstanceId Counter = new("Counter", "E1");

    [Fact]
    public async Task CallEntity_WithAResult_GivesIt()
    {
        using var script = new OrchestrationScript(async context => await context.Entities.CallEntityAsync<int>(Counter, "Add", 5));

        Equal(await script.StartAsync(), new EntityCalled("@counter@E1", "Add", "5") { TaskId = 0 });
        Equal(await script.TurnAsync(new TaskCompleted(0, "8")), Completed(1, "8"));
    }

    [Fact]
    public async Task CallEntity_Fails_Throws()
    {
        EntityOperationFailedException? caught = null;
        using var script = OrchestrationScript.Of(async context =>
            caught = await Assert.ThrowsAsync<EntityOperationFailedException>(() => context.Entities.CallEntityAsync(Counter, "Nope")));
        await script.StartAsync();

        await script.TurnAsync(new TaskFailed(0, new("System.NotSupportedException", "No suitable method found for entity operation 'counter/Nope'.")));
        Assert.Equal(
            "Operation 'Nope' of entity '@counter@E1' failed: No suitable method found for entity operation 'counter/Nope'.", caught!.Message);
        Assert.Equal((Counter, "Nope", "System.NotSupportedException"), (caught.EntityId, caught.OperationName, caught.FailureDetails.ErrorType));
    }

    [Fact]
    public async Task SignalEntity_IsADecisionWithItsTime()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.Entities.SignalEntityAsync(Counter, "Add", 1);
            await context.Entities.SignalEntityAsync(Counter, "Reset", new SignalEntityOptions { SignalTime = new DateTimeOffset(context.CurrentUtcDateTime.AddHours(1)) });
        });

        Equal(
            await script.StartAsync(),
            new EntitySignaled("@counter@E1", "Add", "1") { TaskId = 0 },
            new EntitySignaled("@counter@E1", "Reset", null) { TaskId = 1, DeliverAt = Begin.AddHours(1) },
            Completed(2));
    }

    [Fact]
    public async Task CallEntity_NotAwaited_DoesNotKeepTheInstanceRunning()
    {
        using var script = new OrchestrationScript(context =>
        {
            _ = context.Entities.CallEntityAsync(Counter, "Add");
            return Task.FromResult<object?>(null);
        });

        Equal(await script.StartAsync(), new EntityCalled("@counter@E1", "Add", null) { TaskId = 0 }, Completed(1));
    }

    [Fact]
    public async Task InCriticalSection_WithoutLocks_IsFalse()
    {
        using var script = new OrchestrationScript(context => Task.FromResult<object?>(context.Entities.InCriticalSection()));

        Equal(await script.StartAsync(), Completed(0, "false"));
    }
}
