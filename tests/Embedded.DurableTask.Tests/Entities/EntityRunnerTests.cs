using Embedded.DurableTask.Entities;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Tests.Running;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Entities;

public sealed class EntityRunnerTests
{
    private static EntityRunner Runner(TestFunction function)
    {
        var table = new FunctionTable("an entity");
        table.Add(null, function);
        return new(table, OrchestrationScript.Json, new ManualTimeProvider(), NullLogger<EntityRunner>.Instance);
    }

    private static async Task<EntityBatchResult> RunAsync<T>(string? state, params EntityRequest[] requests) =>
        await Runner(TestFunction.Entity("Counter", dispatcher => dispatcher.DispatchAsync<T>()))
            .RunAsync(new("@counter@a", state, requests), CancellationToken.None);

    private static EntityRequest Request(string operation, string? input = null) => new(operation, input, Caller: null);

    [Fact]
    public async Task Operations_RunInOrderOnTheState()
    {
        var result = await RunAsync<Counter>(null, Request("add", "2"), Request("ADD", "3"), Request("Get"));

        Assert.Equal("5", result.State);
        Assert.Equal([new("2", null), new("5", null), new("5", null)], result.Outcomes);
        Assert.Empty(result.Actions);
    }

    [Theory]
    [InlineData("AddLater", "5", "7")]
    [InlineData("AddSoon", "5", "7")]
    [InlineData("SetLater", "5", null)]
    [InlineData("SetSoon", "5", null)]
    [InlineData("AddWithContext", "5", "\"@counter@a 7\"")]
    [InlineData("AddDefault", null, "12")]
    public async Task Operation_OfAnyShape_IsAwaited(string operation, string? input, string? output)
    {
        var result = await RunAsync<Counter>("2", Request(operation, input));

        Assert.Equal([new(output, null)], result.Outcomes);
        Assert.NotEqual("2", result.State);
    }

    [Fact]
    public async Task Operation_Throws_RollsBackStateAndWhatItSent()
    {
        var result = await RunAsync<Counter>("1", Request("SignalOther", "1"), Request("ChangeAndThrow"), Request("Add", "1"));

        Assert.Equal("2", result.State);
        Assert.Equal(
            [new(null, null), new(null, new("System.FormatException", "bad", result.Outcomes[1].Failure!.StackTrace)), new("2", null)],
            result.Outcomes);
        Assert.Equal([new EntitySignalAction("@other@b", new("Add", "1", null))], result.Actions);
    }

    [Fact]
    public async Task Operation_Unknown_FailsWithTheRealText()
    {
        var result = await RunAsync<Counter>("1", Request("Nope"));

        var failure = Assert.Single(result.Outcomes).Failure!;
        Assert.Equal(
            ("System.NotSupportedException", "No suitable method found for entity operation 'counter/Nope'."), (failure.ErrorType, failure.Message));
        Assert.Equal("1", result.State);
    }

    [Fact]
    public async Task Operation_WithoutItsInput_Fails()
    {
        var result = await RunAsync<Counter>("1", Request("Add"));

        var failure = Assert.Single(result.Outcomes).Failure!;
        Assert.Equal("System.InvalidOperationException", failure.ErrorType);
        Assert.EndsWith("The operation expected an input value, but no input was provided by the caller.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operation_WithTwoInputs_Fails()
    {
        var result = await RunAsync<Counter>("1", Request("AddTwo", "1"));

        Assert.Contains("already been bound to parameter 'Int32 a'", Assert.Single(result.Outcomes).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_IsThereWithoutAMethod()
    {
        var result = await RunAsync<Counter>("1", Request("DELETE"));

        Assert.Null(result.State);
        Assert.Equal([new(null, null)], result.Outcomes);
    }

    [Fact]
    public async Task InitializeState_OfAnEntityWithoutState_IsUsed()
    {
        var result = await RunAsync<StartsAtTen>(null, Request("Get"));

        Assert.Equal([new("10", null)], result.Outcomes);
        Assert.Equal("10", result.State);
    }

    [Fact]
    public async Task Dispatch_OfAStateType_FindsOperationsOnTheState()
    {
        var result = await RunAsync<Tally>("""{"value":4}""", Request("add", "3"), Request("delete"), Request("add", "1"));

        Assert.Equal("""{"Value":1}""", result.State);
        Assert.Equal([new("7", null), new(null, null), new("1", null)], result.Outcomes);
    }

    [Fact]
    public async Task Dispatch_OfAHandler_CallsIt()
    {
        var function = TestFunction.Entity("Counter", dispatcher => dispatcher.DispatchAsync(operation =>
        {
            operation.State.SetState(operation.State.GetState(0) + operation.GetInput<int>());
            return new($"{operation.Context.Id} {operation.Name} {operation.HasInput}");
        }));

        var result = await Runner(function).RunAsync(new("@counter@a", null, [Request("Add", "3"), Request("Add", "4")]), CancellationToken.None);
        Assert.Equal("7", result.State);
        Assert.Equal("\"@counter@a Add True\"", result.Outcomes[0].Result);
    }

    [Fact]
    public async Task Dispatch_MakesTheEntityWithTheServicesOfTheInvocation()
    {
        using var services = new ServiceCollection().AddSingleton("injected").BuildServiceProvider();
        var function = new TestFunction(
            "Counter",
            TestFunction.Entity("Counter", _ => Task.CompletedTask).Method,
            async value =>
            {
                await ((TaskEntityDispatcher)value!).DispatchAsync<Injected>();
                return null;
            })
        { Services = services };

        var result = await Runner(function).RunAsync(new("@counter@a", null, [Request("Tell")]), CancellationToken.None);
        Assert.Equal([new("\"injected\"", null)], result.Outcomes);
    }

    [Fact]
    public async Task StateMutatedWithoutBeingSet_DoesNotReachTheNextOperation()
    {
        var function = TestFunction.Entity("Counter", dispatcher => dispatcher.DispatchAsync(operation =>
        {
            var tally = operation.State.GetState<Tally>()!;
            return new(tally.Add(1));
        }));

        var result = await Runner(function).RunAsync(new("@counter@a", """{"Value":1}""", [Request("X"), Request("X")]), CancellationToken.None);
        Assert.Equal([new("2", null), new("2", null)], result.Outcomes);
    }

    [Fact]
    public async Task ScheduleNewOrchestration_IsAnAction()
    {
        var result = await RunAsync<Counter>("1", Request("StartOne"), Request("StartNamed"));

        Assert.Equal(2, result.Actions.Count);
        var first = Assert.IsType<EntityStartAction>(result.Actions[0]);
        Assert.Equal(($"\"{first.InstanceId}\"", 32), (result.Outcomes[0].Result, first.InstanceId.Length));
        Assert.Equal(("Work", "1", null), (first.Start.Name, first.Start.Input, first.Start.Version));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), first.Start.CreatedAt);
        var second = Assert.IsType<EntityStartAction>(result.Actions[1]);
        Assert.Equal(("named", "2", new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc)), (second.InstanceId, second.Start.Version, second.Start.StartAt));
    }

    [Fact]
    public async Task Entity_Unknown_FailsAllOperations()
    {
        var result = await Runner(TestFunction.Entity("Counter", _ => Task.CompletedTask))
            .RunAsync(new("@other@a", "1", [Request("A"), Request("B")]), CancellationToken.None);

        var failure = new Failure(
            "EntityFunctionNotFound",
            "The function 'other' doesn't exist, is disabled, or is not an entity function. Additional info: The following are the known entity functions: 'Counter'.",
            NonRetriable: true);
        Assert.Equal([new(null, failure), new(null, failure)], result.Outcomes);
        Assert.Equal("1", result.State);
    }

    [Fact]
    public async Task Function_Throws_FailsAllOperations()
    {
        var result = await Runner(TestFunction.Entity("Counter", _ => throw new FormatException("bad")))
            .RunAsync(new("@counter@a", "1", [Request("A")]), CancellationToken.None);

        var failure = Assert.Single(result.Outcomes).Failure!;
        Assert.Equal(
            ("FunctionInvocationFailed", "Invocation of function 'Counter' failed with an exception.", "System.FormatException"),
            (failure.ErrorType, failure.Message, failure.Inner!.ErrorType));
        Assert.Equal("1", result.State);
    }

    [Fact]
    public async Task Function_DoesNotDispatch_FailsAllOperations()
    {
        var result = await Runner(TestFunction.Entity("Counter", _ => Task.CompletedTask))
            .RunAsync(new("@counter@a", "1", [Request("A")]), CancellationToken.None);

        Assert.Equal(
            "The entity function 'Counter' returned without dispatching its operations; it must await TaskEntityDispatcher.DispatchAsync.",
            Assert.Single(result.Outcomes).Failure!.Inner!.Message);
    }

    [Fact]
    public async Task Function_DispatchesTwice_KeepsTheFirst()
    {
        var function = TestFunction.Entity("Counter", async dispatcher =>
        {
            await dispatcher.DispatchAsync<Counter>();
            await dispatcher.DispatchAsync<Counter>();
        });

        var result = await Runner(function).RunAsync(new("@counter@a", "1", [Request("Add", "1")]), CancellationToken.None);
        Assert.Equal("2", result.State);
    }

    [Fact]
    public async Task Operation_FailsWhileTheHostStops_HasNoResult()
    {
        using var stop = new CancellationTokenSource();
        var function = TestFunction.Entity("Counter", dispatcher => dispatcher.DispatchAsync(async _ =>
        {
            await stop.CancelAsync();
            throw new IOException("closed");
        }));

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await Runner(function).RunAsync(new("@counter@a", "1", [Request("A")]), stop.Token));
    }

    public sealed class Counter : TaskEntity<int>
    {
        public int Add(int amount) => State += amount;

        public int Get() => State;

        public async Task<int> AddLater(int amount)
        {
            await Task.Yield();
            return Add(amount);
        }

        public async ValueTask<int> AddSoon(int amount)
        {
            await Task.Yield();
            return Add(amount);
        }

        public async Task SetLater(int amount)
        {
            await Task.Yield();
            State = amount;
        }

        public async ValueTask SetSoon(int amount)
        {
            await Task.Yield();
            State = amount;
        }

        public string AddWithContext(TaskEntityContext context, int amount) => $"{context.Id} {Add(amount)}";

        public int AddDefault(int amount = 10) => Add(amount);

        public int AddTwo(int a, int b) => Add(a + b);

        public void ChangeAndThrow()
        {
            State = 100;
            Context.SignalEntity(new EntityInstanceId("other", "b"), "Lost");
            throw new FormatException("bad");
        }

        public void SignalOther(int amount) => Context.SignalEntity(new EntityInstanceId("Other", "b"), "Add", amount);

        public string StartOne() => Context.ScheduleNewOrchestration("Work", 1);

        public string StartNamed() => Context.ScheduleNewOrchestration(
            "Work", new StartOrchestrationOptions("named", new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)) { Version = "2" });
    }

    public sealed class StartsAtTen : TaskEntity<int?>
    {
        public int? Get() => State;

        protected override int? InitializeState(TaskEntityOperation entityOperation) => 10;
    }

    public sealed class Tally
    {
        public int Value { get; set; }

        public int Add(int amount) => Value += amount;
    }

    public sealed class Injected(string value) : TaskEntity<Tally>
    {
        public string Tell() => value;
    }
}
