using Embedded.DurableTask.Entities;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>
/// What the real TaskEntity promises, point by point: found in its sources (TaskEntity, TaskEntityOperationExtensions,
/// TaskEntityShim, TaskEntityDispatcher of the worker extension) and in its tests.
/// </summary>
public sealed class TaskEntityConformanceTests
{
    [Theory]
    [InlineData("Double")]
    [InlineData("double")]
    [InlineData("DOUBLE")]
    public async Task Name_InAnyCase_FindsTheMethod(string name) => Assert.Equal("4", await ResultAsync<Numbers>("2", name));

    [Theory]
    [InlineData("Hidden")]
    [InlineData("Inherited")]
    [InlineData("Shared")]
    [InlineData("Value")]
    [InlineData("nope")]
    [InlineData("")]
    public async Task Name_OfWhatIsNoPublicInstanceMethod_IsUnknown(string name)
    {
        var failure = await FailureAsync<Numbers>("2", name);

        Assert.Equal(("System.NotSupportedException", $"No suitable method found for entity operation 'numbers/{name}'."), (failure.ErrorType, failure.Message));
    }

    [Fact]
    public async Task Name_OfAMethodOfTheBaseClass_IsAnOperationToo() => Assert.Equal("\"Numbers of 2\"", await ResultAsync<Numbers>("2", "tostring"));

    [Fact]
    public async Task Name_OfSeveralMethods_IsAmbiguous() =>
        Assert.Equal("System.Reflection.AmbiguousMatchException", (await FailureAsync<Numbers>("2", "Overloaded", "1")).ErrorType);

    [Fact]
    public async Task Parameters_WithTwoInputs_AreRefusedWithTheWholeText() => Assert.Equal(
        "Error dispatching numbers/TwoInputs to 'Int32 TwoInputs(Int32, Int32)'.\nUnable to bind input to 'Int32 second' because it has already been bound to parameter 'Int32 first'. "
        + "Please remove the duplicate parameter in method 'Int32 TwoInputs(Int32, Int32)'.\nEntity operation: numbers/TwoInputs.",
        (await FailureAsync<Numbers>("2", "TwoInputs", "1")).Message);

    [Fact]
    public async Task Parameters_WithTwoContexts_AreRefusedWithTheWholeText()
    {
        const string Method = "'Int32 TwoContexts(Microsoft.DurableTask.Entities.TaskEntityContext, Microsoft.DurableTask.Entities.TaskEntityContext)'";

        Assert.Equal(
            $"Error dispatching numbers/TwoContexts to {Method}.\nUnable to bind context to 'Microsoft.DurableTask.Entities.TaskEntityContext second' because it has already been bound to parameter "
            + $"'Microsoft.DurableTask.Entities.TaskEntityContext first'. Please remove the duplicate parameter in method {Method}.\nEntity operation: numbers/TwoContexts.",
            (await FailureAsync<Numbers>("2", "TwoContexts")).Message);
    }

    [Fact]
    public async Task Parameters_WithoutTheInputTheyNeed_AreRefusedWithTheWholeText() => Assert.Equal(
        "Error dispatching numbers/Add to 'Int32 Add(Int32)'.\nThere was an error binding parameter 'Int32 amount'. The operation expected an input value, but no input was provided by the caller.",
        (await FailureAsync<Numbers>("2", "Add")).Message);

    // The documentation of the real one says that it can be bound; its code takes it for the input.
    [Fact]
    public async Task Parameters_OfTheOperationItself_AreTakenForTheInput() => Assert.EndsWith(
        "The operation expected an input value, but no input was provided by the caller.", (await FailureAsync<Numbers>("2", "TakesOperation")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Input_ThatCannotBeRead_FailsTheOperation() =>
        Assert.Equal("System.Text.Json.JsonException", (await FailureAsync<Numbers>("2", "Add", "\"x\"")).ErrorType);

    [Theory]
    [InlineData("OnEntity", "\"entity\"")]
    [InlineData("onstate", "\"state\"")]
    [InlineData("both", "\"entity\"")]
    public async Task StateDispatch_WhereAllowed_ComesAfterTheEntitysOwnMethods(string name, string result) =>
        Assert.Equal(result, await ResultAsync<Dispatching>(null, name));

    [Fact]
    public async Task StateDispatch_ByDefault_IsNotAllowed() => Assert.Equal(
        "No suitable method found for entity operation 'numbers/OnState'.", (await FailureAsync<NotDispatching>(null, "OnState")).Message);

    [Fact]
    public async Task StateDispatch_OfNoState_FailsEvenForDelete()
    {
        var failure = await FailureAsync<NullState>(null, "delete");

        Assert.Equal(("System.InvalidOperationException", "Attempting to dispatch to state, but entity state is null."), (failure.ErrorType, failure.Message));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("Delete")]
    [InlineData("DELETE")]
    public async Task Delete_IsImplicit(string name)
    {
        var result = await RunAsync<Numbers>("5", Request(name));

        Assert.Null(result.State);
        Assert.Equal([new(null, null)], result.Outcomes);
    }

    [Fact]
    public async Task Delete_OfTheEntitysOwn_TakesItsPlace()
    {
        var result = await RunAsync<OwnDelete>("5", Request("delete"));

        Assert.Equal("0", result.State);
    }

    [Fact]
    public async Task Delete_OfTheState_TakesItsPlaceToo()
    {
        var result = await RunAsync<DeletableState>("""{"Deleted":false}""", Request("delete"));

        Assert.Equal("""{"Deleted":true}""", result.State);
    }

    [Fact]
    public async Task Delete_AndThenAnotherOperation_BeginsWithANewState()
    {
        var result = await RunAsync<Numbers>("5", Request("delete"), Request("Add", "1"));

        Assert.Equal("1", result.State);
    }

    [Fact]
    public async Task State_SetToNull_DeletesTheEntity() => Assert.Null((await RunAsync<Words>("\"some\"", Request("Clear"))).State);

    [Fact]
    public async Task State_SetToTheDefaultOfAValueType_DeletesNothing() => Assert.Equal("0", (await RunAsync<Numbers>("5", Request("Zero"))).State);

    [Fact]
    public async Task State_OfANullableValueType_BeginsWithTheDefaultOfTheValueTypeAndCanBeNull()
    {
        Assert.Equal("0", (await RunAsync<MaybeNumber>(null, Request("Keep"))).State);
        Assert.Null((await RunAsync<MaybeNumber>("5", Request("Clear"))).State);
    }

    [Fact]
    public async Task State_WithoutAParameterlessConstructor_FailsTheOperation() =>
        Assert.Equal("System.MissingMethodException", (await FailureAsync<Words>(null, "Clear")).ErrorType);

    [Fact]
    public async Task State_AfterAReadOnlyOperation_IsThere() => Assert.Equal("0", (await RunAsync<Numbers>(null, Request("Get"))).State);

    [Fact]
    public async Task Constructor_GetsTheServicesOfTheInvocation()
    {
        using var services = new ServiceCollection().AddSingleton(new Dependency("injected")).BuildServiceProvider();

        Assert.Equal("\"injected\"", (await RunAsync<Injected>(null, services, Request("Tell"))).Outcomes[0].Result);
    }

    [Fact]
    public async Task Constructor_IsNotCalled_WhenTheEntityIsAServiceItself()
    {
        using var services = new ServiceCollection().AddSingleton(new Injected(new Dependency("registered"))).BuildServiceProvider();

        Assert.Equal("\"registered\"", (await RunAsync<Injected>(null, services, Request("Tell"))).Outcomes[0].Result);
    }

    [Theory]
    [InlineData("ThrowNow", "System.FormatException", "bad")]
    [InlineData("ThrowLater", "System.FormatException", "bad")]
    [InlineData("ReturnUnwritable", "System.NotSupportedException", null)]
    public async Task Failure_UndoesStateAndSignalsAndStarts_AndTheBatchGoesOn(string name, string type, string? message)
    {
        var result = await RunAsync<Numbers>("1", Request("Add", "1"), Request(name), Request("Add", "1"));

        var failure = result.Outcomes[1].Failure!;
        Assert.Equal((type, message ?? failure.Message), (failure.ErrorType, failure.Message));
        Assert.Equal(["2", null, "3"], result.Outcomes.Select(o => o.Result));
        Assert.Equal("3", result.State);
        Assert.Empty(result.Actions);
    }

    [Fact]
    public async Task Failure_KeepsItsInnerFailures()
    {
        var failure = await FailureAsync<Numbers>("1", "ThrowNested");

        Assert.Equal(("outer", "inner"), (failure.Message, failure.Inner!.Message));
        Assert.Contains(nameof(Numbers.ThrowNested), failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_OfSucceededOperations_GoOutInTheirOrder()
    {
        var result = await RunAsync<Numbers>("1", Request("Send", "\"a\""), Request("Send", "\"b\""));

        Assert.Equal(
            ["@other@a Note", "start a", "@other@b Note", "start b"],
            result.Actions.Select(action => action switch
            {
                EntitySignalAction signal => $"{signal.Entity} {signal.Request.Operation}",
                EntityStartAction start => $"start {start.InstanceId}",
                _ => action.ToString(),
            }));
    }

    private static EntityRequest Request(string operation, string? input = null) => new(operation, input, Caller: null);

    private static async Task<string?> ResultAsync<T>(string? state, string operation) => Assert.Single((await RunAsync<T>(state, Request(operation))).Outcomes).Result;

    private static async Task<Failure> FailureAsync<T>(string? state, string operation, string? input = null)
    {
        var result = await RunAsync<T>(state, Request(operation, input));
        Assert.Equal(state, result.State);
        return Assert.Single(result.Outcomes).Failure!;
    }

    private static Task<EntityBatchResult> RunAsync<T>(string? state, params EntityRequest[] requests) =>
        RunAsync<T>(state, new ServiceCollection().BuildServiceProvider(), requests);

    private static async Task<EntityBatchResult> RunAsync<T>(string? state, IServiceProvider services, params EntityRequest[] requests)
    {
        var table = new FunctionTable("an entity");
        table.Add(null, new TestFunction("Numbers", TestFunction.Entity("Numbers", _ => Task.CompletedTask).Method, async value =>
        {
            await ((Microsoft.Azure.Functions.Worker.TaskEntityDispatcher)value!).DispatchAsync<T>();
            return null;
        })
        { Services = services });
        var runner = new EntityRunner(table, OrchestrationScript.Json, new ManualTimeProvider(), NullLogger<EntityRunner>.Instance);
        return await runner.RunAsync(new("@numbers@1", state, requests), CancellationToken.None);
    }

    public sealed record Dependency(string Name);

    public sealed class Injected(Dependency dependency) : TaskEntity<int>
    {
        public string Tell() => dependency.Name;
    }

    public abstract class Base : TaskEntity<int>
    {
        protected int Inherited() => State;
    }

    public sealed class Numbers : Base
    {
        public int Value => State;

        public static int Shared() => 1;

        public int Get() => State;

        public int Double() => State *= 2;

        public int Add(int amount) => State += amount;

        public void Zero() => State = 0;

        public int Overloaded(int amount) => amount;

        public int Overloaded(string text) => text.Length;

        public int TwoInputs(int first, int second) => first + second;

        public int TwoContexts(TaskEntityContext first, TaskEntityContext second) => first == second ? 1 : 2;

        public string TakesOperation(TaskEntityOperation operation) => operation.Name;

        public override string ToString() => $"Numbers of {State}";

        public void ThrowNow()
        {
            ChangeAndSend();
            throw new FormatException("bad");
        }

        public async Task<int> ThrowLater()
        {
            await Task.Yield();
            ChangeAndSend();
            throw new FormatException("bad");
        }

        public Type ReturnUnwritable()
        {
            ChangeAndSend();
            return typeof(Numbers);
        }

        public void ThrowNested() => throw new InvalidOperationException("outer", new FormatException("inner"));

        public void Send(string to)
        {
            Context.SignalEntity(new EntityInstanceId("Other", to), "Note");
            Context.ScheduleNewOrchestration("Work", new StartOrchestrationOptions(to));
        }

        private int Hidden() => State;

        private void ChangeAndSend()
        {
            State = 100 + Hidden();
            Send("lost");
        }
    }

    public sealed class Words : TaskEntity<string?>
    {
        public void Clear() => State = null;
    }

    public sealed class MaybeNumber : TaskEntity<int?>
    {
        public int? Keep() => State;

        public void Clear() => State = null;
    }

    public sealed class OwnDelete : TaskEntity<int>
    {
        public void Delete() => State = 0;
    }

    public sealed class Methods
    {
        public int Count { get; set; }

        public string OnState() => $"state{(Count > 0 ? Count : string.Empty)}";

        public string Both() => "state";
    }

    public sealed class Dispatching : TaskEntity<Methods>
    {
        protected override bool AllowStateDispatch => true;

        public string OnEntity() => "entity";

        public string Both() => "entity";
    }

    public sealed class NotDispatching : TaskEntity<Methods>;

    public sealed class NullState : TaskEntity<Methods?>
    {
        protected override bool AllowStateDispatch => true;

        protected override Methods? InitializeState(TaskEntityOperation entityOperation) => null;
    }

    public sealed class DeletableState
    {
        public bool Deleted { get; set; }

        public void Delete() => Deleted = true;
    }
}
