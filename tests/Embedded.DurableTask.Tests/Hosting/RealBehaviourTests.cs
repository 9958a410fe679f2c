using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>
/// What was seen of the real platform, sentence by sentence, through the whole of ours. More of it: event names and unknown or
/// finished instances in <c>Client.InstanceLifecycleTests</c>, the custom status in <c>Orchestrations.LargePayloadTests</c>,
/// non-determinism in <c>Orchestrations.NonDeterminismTests</c>, calls of unknown entities in <see cref="FunctionAppTests"/>.
/// </summary>
public sealed class RealBehaviourTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    public const int Events = 40;

    private readonly HeldActivity _held = new();

    public static TheoryData<string> Modes => ["Normal", "Hostile"];

    /// <summary>Orchestration and activity JSON is PascalCase out and read without regard to case.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Json_IsPascalCaseOut_AndReadInAnyCase(string mode)
    {
        await using var app = await StartAsync(mode);

        var ended = await RunAsync(app, nameof(RealBehaviourFunctions.Take), new { item = "tea", COUNT = 2 });
        Assert.Equal(("""{"item":"tea","COUNT":2}""", """{"Item":"tea","Count":4}"""), (ended.SerializedInput, ended.SerializedOutput));
    }

    /// <summary><c>OrchestrationMetadata</c> status numbers: Running 0, Completed 1, Failed 3.</summary>
    [Fact]
    public void StatusNumbers_AreTheRealOnes()
    {
        var numbers = Enum.GetValues<OrchestrationRuntimeStatus>().Select(status =>
            JsonSerializer.SerializeToElement(new OrchestrationMetadata("a", "b") { RuntimeStatus = status }).GetProperty("RuntimeStatus").GetRawText() + " " + status);

        Assert.Equal(["0 Running", "1 Completed", "2 ContinuedAsNew", "3 Failed", "4 Canceled", "5 Terminated", "6 Pending", "7 Suspended"], numbers);
    }

    /// <summary>Activity throws: the instance's output is this text. Orchestrator throws: that text.</summary>
    [Theory]
    [InlineData("Normal", nameof(RealBehaviourFunctions.CallBoom), "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: boom x")]
    [InlineData("Hostile", nameof(RealBehaviourFunctions.CallBoom), "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: boom x")]
    [InlineData("Normal", nameof(RealBehaviourFunctions.OrchBoom), "System.InvalidOperationException: orch boom")]
    [InlineData("Hostile", nameof(RealBehaviourFunctions.OrchBoom), "System.InvalidOperationException: orch boom")]
    public async Task Failure_IsTheOutputOfTheInstance(string mode, string orchestrator, string output)
    {
        await using var app = await StartAsync(mode);

        var ended = await RunAsync(app, orchestrator);
        Assert.Equal((OrchestrationRuntimeStatus.Failed, output), (ended.RuntimeStatus, ended.SerializedOutput));
        Assert.Equal(output, ended.FailureDetails!.ToString());
    }

    /// <summary>Give type and message properly in ours: not "(unknown)", no text split at its colon, and inner failures.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task FailureDetails_HaveTypeWholeMessageAndInnerFailure(string mode)
    {
        await using var app = await StartAsync(mode);

        Assert.Equal(
            "Charge|0|System.FormatException: Payment: declined|System.IO.IOException: disk",
            (await RunAsync(app, nameof(RealBehaviourFunctions.Pay))).ReadOutputAs<string>());
    }

    /// <summary>Unknown orchestrator: the start is accepted, then Failed, with the known names. Unknown activity: the same.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task UnknownFunctions_FailTheInstanceNamingThoseKnown(string mode)
    {
        await using var app = await StartAsync(mode);

        var unknown = await RunAsync(app, "X");
        Assert.Equal(
            (OrchestrationRuntimeStatus.Failed,
                "The function 'X' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: "
                + "'CallBoom', 'CallCounter', 'CallHold', 'CallMissing', 'Gather', 'Listen', 'OrchBoom', 'Pay', 'Sleep', 'Take', 'TakeNumber'."),
            (unknown.RuntimeStatus, unknown.SerializedOutput));
        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'X' (#0) failed with an unhandled exception: "
            + "The function 'X' doesn't exist, is disabled, or is not an activity function. Additional info: The following are the known activity functions: 'Boom', 'Charge', 'Double', 'Hold'.",
            (await RunAsync(app, nameof(RealBehaviourFunctions.CallMissing))).SerializedOutput);
    }

    /// <summary>Wrong input type: Failed with the JsonException's text.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task WrongInputType_FailsWithTheTextOfTheJsonException(string mode)
    {
        await using var app = await StartAsync(mode);

        var ended = await RunAsync(app, nameof(RealBehaviourFunctions.TakeNumber), "text");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith("System.Text.Json.JsonException: The JSON value could not be converted to System.Int32.", ended.SerializedOutput, StringComparison.Ordinal);
    }

    /// <summary>Same id while pending or running: refused with this text; finished: silently replaced.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task SameId_IsRefusedWhileItLives_AndSilentlyReplacedWhenFinished(string mode)
    {
        await using var app = await StartAsync(mode);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RealBehaviourFunctions.Listen), new StartOrchestrationOptions("pending", TimeProvider.System.GetUtcNow().AddYears(1)));
        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.Listen), new StartOrchestrationOptions("running"));
        await app.Client.WaitForInstanceStartAsync("running").WithinLimitAsync("it starts");

        foreach (var id in new[] { "pending", "running" })
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(
                () => app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.Take), new StartOrchestrationOptions(id)));
            Assert.Equal($"An Orchestration instance with the ID {id} already exists.", error.Message);
        }

        await app.Client.RaiseEventAsync("running", "Answer", "first");
        Assert.Equal("first", (await EndAsync(app, "running")).ReadOutputAs<string>());
        Assert.Equal("7", (await RunAsync(app, nameof(RealBehaviourFunctions.TakeNumber), 7, "running")).SerializedOutput);

        // Where every status is in the way, nothing is replaced.
        var never = new StartOrchestrationOptions("running").WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.TakeNumber), 8, never));
        Assert.Equal("7", (await EndAsync(app, "running")).SerializedOutput);
    }

    /// <summary>Event names ignore case.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task EventNames_IgnoreCase(string mode)
    {
        await using var app = await StartAsync(mode);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.Listen), new StartOrchestrationOptions("a"));

        await app.Client.RaiseEventAsync("a", "aNSWER", "heard");
        Assert.Equal("heard", (await EndAsync(app, "a")).ReadOutputAs<string>());
    }

    /// <summary>Terminating while an activity runs ends the instance at once; the activity runs on, its token is not cancelled, its result is dropped.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Terminate_WhileAnActivityRuns_EndsTheInstanceAlone(string mode)
    {
        await using var app = await StartAsync(mode);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.CallHold), new StartOrchestrationOptions("a"));
        await _held.Begun.WithinLimitAsync("the activity begins");

        await app.Client.TerminateInstanceAsync("a", (object)"enough");
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), StateOf(await EndAsync(app, "a")));

        _held.LetEnd();
        Assert.False(await _held.Ended.WithinLimitAsync("the activity ends"));
        await RunAsync(app, nameof(RealBehaviourFunctions.TakeNumber), 1);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), StateOf(await EndAsync(app, "a")));
    }

    /// <summary>Events sent fast are not lost across continue-as-new, and where nobody makes trouble they keep their order, which the real platform does not promise.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Events_SentFast_AreAllThereAcrossContinueAsNew_InOrderUnlessHostile(string mode)
    {
        await using var app = await StartAsync(mode);
        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(RealBehaviourFunctions.Gather), Array.Empty<int>(), new StartOrchestrationOptions("a"));

        for (var number = 0; number < Events; number++)
        {
            await app.Client.RaiseEventAsync("a", "Number", number);
        }

        var taken = (await EndAsync(app, "a")).ReadOutputAs<int[]>()!;
        Assert.Equal(Enumerable.Range(0, Events), mode == "Normal" ? taken : taken.Order());
    }

    /// <summary>Timers are never early, which the real platform does not promise.</summary>
    [Fact]
    public async Task Timers_AreNeverEarly()
    {
        await using var app = await StartAsync("Normal");

        var early = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await RunAsync(app, nameof(RealBehaviourFunctions.Sleep))).ReadOutputAs<double>()));
        Assert.Equal(0, early.Max());
    }

    /// <summary>Entity names are lower-cased, operation names ignore case. An operation that throws rolls its state back. Bad signals are accepted and logged only.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Entities_IgnoreCase_RollBack_AndPassBadSignalsOver(string mode)
    {
        await using var app = await StartAsync(mode);
        var counter = new EntityInstanceId("CouNter", "e1");
        Assert.Equal("@counter@e1", counter.ToString());

        await app.Client.Entities.SignalEntityAsync(counter, "ADD", 3);
        await app.Client.Entities.SignalEntityAsync(counter, "addAndThrow", 100);
        await app.Client.Entities.SignalEntityAsync(counter, "Nope", 1);
        await app.Client.Entities.SignalEntityAsync(counter, "Add", "no number");
        await app.Client.Entities.SignalEntityAsync(counter, "Add");
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("nobody", "e1"), "Add", 1);
        await app.Client.Entities.SignalEntityAsync(counter, "add", 4);

        await Eventually.ValueAsync(async () => (await app.Client.Entities.GetEntityAsync<int>(counter))?.State, state => state == 7, "the good signals alone have counted");
        Assert.Equal(7, (await RunAsync(app, nameof(RealBehaviourFunctions.CallCounter))).ReadOutputAs<int>());
        Assert.Null(await app.Client.Entities.GetEntityAsync(new EntityInstanceId("nobody", "e1")));
    }

    private Task<DurableApp> StartAsync(string mode) =>
        DurableApp.StartAsync(azurite, mode, [typeof(RealBehaviourFunctions)], services => services.AddSingleton(_held));

    private static async Task<OrchestrationMetadata> RunAsync(DurableApp app, string name, object? input = null, string? id = null) =>
        await EndAsync(app, await app.Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id)));

    private static Task<OrchestrationMetadata> EndAsync(DurableApp app, string id) =>
        app.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WithinLimitAsync($"'{id}' ends");

    private static (OrchestrationRuntimeStatus, string?) StateOf(OrchestrationMetadata instance) => (instance.RuntimeStatus, instance.ReadOutputAs<string>());
}
