using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class NonDeterminismTests
{
    private const string Detected = "Non-Deterministic workflow detected: ";
    private const string Question = " Was a change made to the orchestrator code after this instance had already started running?";

    public static TheoryData<string, Func<TaskOrchestrationContext, Task>, Func<TaskOrchestrationContext, Task>> Changes => new()
    {
        {
            "A previous execution of this orchestration scheduled an activity task named 'A' with sequence number 0, but the current orchestration replay instead scheduled an activity task named 'B' with this sequence number.",
            context => context.CallActivityAsync("A"),
            context => context.CallActivityAsync("B")
        },
        {
            "A previous execution of this orchestration scheduled an activity task named 'A' with sequence number 0, but the current orchestration replay instead scheduled a timer task with this sequence number.",
            context => context.CallActivityAsync("A"),
            context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None)
        },
        {
            "A previous execution of this orchestration scheduled an activity task named 'A' with sequence number 0, but the current replay execution hasn't (yet?) scheduled this task.",
            context => context.CallActivityAsync("A"),
            context => context.WaitForExternalEvent<int>("E")
        },
        {
            "The current orchestration replay scheduled an activity task named 'A' with sequence number 0, but a previous execution of this orchestration did not.",
            context => context.WaitForExternalEvent<int>("E"),
            context => context.CallActivityAsync("A")
        },
        {
            "A previous execution of this orchestration scheduled a sub-orchestration task named 'C' with sequence number 0, but the current orchestration replay instead scheduled a call of operation 'Get' of entity '@e@1' with this sequence number.",
            context => context.CallSubOrchestratorAsync("C"),
            context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("e", "1"), "Get")
        },
        {
            "A previous execution of this orchestration scheduled a call of operation 'Get' of entity '@e@1' with sequence number 0, but the current orchestration replay instead scheduled a call of operation 'Get' of entity '@e@2' with this sequence number.",
            context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("e", "1"), "Get"),
            context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("e", "2"), "Get")
        },
        {
            "A previous execution of this orchestration scheduled a lock of '@e@1', '@e@2' with sequence number 0, but the current orchestration replay instead scheduled a lock of '@e@1' with this sequence number.",
            context => context.Entities.LockEntitiesAsync(new EntityInstanceId("e", "2"), new EntityInstanceId("e", "1")),
            context => context.Entities.LockEntitiesAsync(new EntityInstanceId("e", "1"))
        },
        {
            "A previous execution of this orchestration scheduled a lock of '@e@1' with sequence number 0, but the current orchestration replay instead scheduled a call of operation 'Get' of entity '@e@1' with this sequence number.",
            context => context.Entities.LockEntitiesAsync(new EntityInstanceId("e", "1")),
            context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("e", "1"), "Get")
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Replay_OfOtherCode_FailsNamingBothCalls(
        string what, Func<TaskOrchestrationContext, Task> before, Func<TaskOrchestrationContext, Task> after)
    {
        using var script = OrchestrationScript.Of(before);
        var decided = await script.StartAsync();

        var end = await script.ReplayWithAsync(after, new EventRaised("X", null));
        Assert.Equal(
            Write([
                new ExecutionCompleted(
                    ExecutionOutcome.Failed,
                    $"DurableTask.Core.Exceptions.NonDeterministicOrchestrationException: {Detected}{what}{Question}",
                    new("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", $"{Detected}{what}{Question}", NonRetriable: true))
                { TaskId = decided.Count },
            ]),
            Write([end]));
    }

    [Fact]
    public async Task Replay_WithoutTheReleaseOnRecord_Fails()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(new EntityInstanceId("e", "1")))
            {
            }

            await context.CallActivityAsync("A");
        });
        await script.StartAsync();
        await script.TurnAsync(new TaskCompleted(0, null));

        var end = await script.ReplayWithAsync(
            async context =>
            {
                await context.Entities.LockEntitiesAsync(new EntityInstanceId("e", "1"));
                await context.CallActivityAsync("A");
            },
            new EventRaised("X", null));
        Assert.Equal(
            $"{Detected}A previous execution of this orchestration scheduled a release of '@e@1' with sequence number 1, but the current orchestration replay instead scheduled an activity task named 'A' with this sequence number.{Question}",
            Assert.IsType<ExecutionCompleted>(end).Failure!.Message);
    }

    [Fact]
    public async Task Replay_WithOtherInputsAndTimes_GoesOn()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", 1));
        await script.StartAsync();

        Equal([await script.ReplayWithAsync(context => context.CallActivityAsync("a", 2), new TaskCompleted(0, null))], Completed(1));
    }

    [Fact]
    public async Task Replay_OfSignalsAndEvents_MatchesThem()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.Entities.SignalEntityAsync(new EntityInstanceId("e", "1"), "Add", 1);
            context.SendEvent("other", "E", 1);
            await context.CallActivityAsync("A");
        });
        await script.StartAsync();

        Equal(await script.TurnAsync(new TaskCompleted(2, null)), Completed(3));
    }
}
