using System.Reflection;
using Embedded.DurableTask.Activities;
using Embedded.DurableTask.Client;
using Embedded.DurableTask.Entities;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Orchestrations;
using Embedded.DurableTask.Tests.Running;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Embedded.DurableTask.Tests.Hosting;

public sealed class DurableTaskExtensionTests
{
    private readonly DurableTaskFunctions _functions = new();
    private readonly DurableTaskOptions _options = new();
    private readonly Mock<ITaskHubHost> _hub = new();

    private DurableTaskExtension Extension
    {
        get
        {
            var orchestrations = new OrchestrationRunner(new(_functions.Orchestrators, OrchestrationScript.Json, NullLoggerFactory.Instance));
            var activities = new ActivityRunner(_functions.Activities, OrchestrationScript.Json, NullLogger<ActivityRunner>.Instance);
            var entities = new EntityRunner(_functions.Entities, OrchestrationScript.Json, TimeProvider.System, NullLogger<EntityRunner>.Instance);
            return new(_functions, _options, _hub.Object, orchestrations, activities, entities);
        }
    }

    private static void Takes([OrchestrationTrigger] string context) => _ = context;

    private static void TakesAnotherClient([DurableClient] string client) => _ = client;

    private static void TakesTheClient([DurableClient] DurableTaskClient client) => _ = client;

    private static void TakesAnotherHub([DurableClient(TaskHub = "other")] DurableTaskClient client) => _ = client;

    private static MethodInfo Method(string name) => typeof(DurableTaskExtensionTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    [Fact]
    public void Handles_ItsOwnTriggersOnly()
    {
        Assert.True(Extension.Handles(new OrchestrationTriggerAttribute()));
        Assert.True(Extension.Handles(new ActivityTriggerAttribute()));
        Assert.True(Extension.Handles(new EntityTriggerAttribute()));
        Assert.False(Extension.Handles(new DurableClientAttribute()));
    }

    [Fact]
    public void Add_PutsEachKindInItsTable()
    {
        var extension = Extension;
        extension.Add(TestFunction.Orchestrator("O", _ => Task.FromResult<object?>(null)));
        extension.Add(TestFunction.Activity<int>("A", _ => Task.FromResult<object?>(null)));
        extension.Add(TestFunction.Entity("E", _ => Task.CompletedTask));

        Assert.Equal(("O", "A", "E"), (_functions.Orchestrators.Find("o")!.Name, _functions.Activities.Find("a")!.Name, _functions.Entities.Find("e")!.Name));
        Assert.Null(_functions.Orchestrators.Find("A"));
    }

    [Fact]
    public void Add_SecondOfAName_IsRefused()
    {
        var extension = Extension;
        extension.Add(TestFunction.Activity<int>("Work", _ => Task.FromResult<object?>(null)));

        var error = Assert.Throws<FunctionBindingException>(() => extension.Add(TestFunction.Activity<int>("work", _ => Task.FromResult<object?>(null))));
        Assert.Equal(
            "The function 'work' cannot be bound: 'Work' is an activity function named 'work' too; give one of them another name.", error.Message);
    }

    [Fact]
    public void Add_ParameterOfAnotherType_IsRefused()
    {
        var error = Assert.Throws<FunctionBindingException>(() => Extension.Add(new TestFunction("Bad", Method(nameof(Takes)), _ => Task.FromResult<object?>(null))));

        Assert.Equal(
            "The function 'Bad' cannot be bound: its parameter 'context' is a System.String; with this trigger it must be a Microsoft.DurableTask.TaskOrchestrationContext.",
            error.Message);
    }

    [Fact]
    public async Task StartAsync_WithFaultyOptions_NamesAllOfThem()
    {
        _options.HubName = "1x";
        _options.MaxConcurrentActivityFunctions = 0;
        _options.CheckpointRecords = 0;

        var error = await Assert.ThrowsAsync<HostSettingsException>(() => Extension.StartAsync(CancellationToken.None));
        Assert.Equal(
            "host.json extensions.durableTask.hubName is '1x'; it must be 3 to 45 letters and digits, a letter first." + Environment.NewLine
            + "host.json extensions.durableTask.maxConcurrentActivityFunctions is 0; it must be 1 to 10,000." + Environment.NewLine
            + "host.json extensions.durableTask.checkpointRecords is 0; it must be 1 to 10,000,000.",
            error.Message);
    }

    [Fact]
    public async Task StartAndStop_RunTheHub()
    {
        var extension = Extension;
        await extension.StartAsync(CancellationToken.None);
        await extension.StopAsync(CancellationToken.None);

        _hub.Verify(hub => hub.StartAsync(It.IsAny<OrchestrationRunner>(), It.IsAny<ActivityRunner>(), It.IsAny<EntityRunner>(), It.IsAny<CancellationToken>()), Times.Once);
        _hub.Verify(hub => hub.StopAsync(It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task ClientBinding_GivesTheClientOfTheHub()
    {
        await using var client = new HubClient("Hub", _hub.Object, OrchestrationScript.Json, TimeProvider.System);
        var binding = new DurableClientBinding(client);
        var parameter = Method(nameof(TakesTheClient)).GetParameters()[0];

        Assert.True(binding.Handles(new DurableClientAttribute()));
        binding.Validate("F", parameter, new DurableClientAttribute { TaskHub = "hub" });
        Assert.Same(client, await binding.BindAsync(parameter, new DurableClientAttribute(), null!));
    }

    [Theory]
    [InlineData(nameof(TakesAnotherClient), "its parameter 'client' is a System.String; a durable client must be a Microsoft.DurableTask.Client.DurableTaskClient.")]
    [InlineData(nameof(TakesAnotherHub), "its parameter 'client' names another task hub or connection; the embedded platform offers the app's own hub 'Hub' alone.")]
    public async Task ClientBinding_OfSomethingElse_IsRefused(string method, string reason)
    {
        await using var client = new HubClient("Hub", _hub.Object, OrchestrationScript.Json, TimeProvider.System);
        var parameter = Method(method).GetParameters()[0];

        var error = Assert.Throws<FunctionBindingException>(
            () => new DurableClientBinding(client).Validate("F", parameter, parameter.GetCustomAttribute<DurableClientAttribute>()!));
        Assert.Equal(reason, error.Reason);
    }
}
