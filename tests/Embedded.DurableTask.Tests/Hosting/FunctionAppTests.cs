using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>The whole of it: a function app on the host, the hub and a storage emulator.</summary>
public sealed class FunctionAppTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private async Task WithAppAsync(string mode, Func<DurableTaskClient, CancellationToken, Task> test)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var app = await DurableApp.StartAsync(azurite, mode, [typeof(SampleFunctions), typeof(SampleStarter)]);
        await test(app.Client, patience.Token);
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public Task Orchestration_WithActivitiesTimerAndEntity_Completes(string mode) => WithAppAsync(mode, async (client, cancellation) =>
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(SampleFunctions.Greet), new[] { "Rome", "Oslo" }, cancellation);

        var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
        Assert.Equal("Hello Rome! Hello Oslo! 2", done.ReadOutputAs<string>());
        Assert.Equal("greeting 2", done.ReadCustomStatusAs<string>());
        var tally = await client.Entities.GetEntityAsync<int>(new EntityInstanceId(nameof(SampleFunctions.Tally), id), cancellation);
        Assert.Equal(2, tally!.State);
    });

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public Task Orchestration_WithEventAndSubOrchestration_Completes(string mode) => WithAppAsync(mode, async (client, cancellation) =>
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(SampleFunctions.Approve), new StartOrchestrationOptions("approval"), cancellation);
        await client.WaitForInstanceStartAsync(id, cancellation);
        await client.RaiseEventAsync(id, "answer", "yes", cancellation);

        var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
        Assert.Equal("yes for approval", done.ReadOutputAs<string>());
    });

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public Task CriticalSections_OfManyInstances_RunOneAfterTheOther(string mode) => WithAppAsync(mode, async (client, cancellation) =>
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ScheduleNewOrchestrationInstanceAsync(nameof(SampleFunctions.Increment), cancellation)));

        var counts = await Task.WhenAll(ids.Select(async id => (await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation)).ReadOutputAs<int>()));
        Assert.Equal(Enumerable.Range(1, 20), counts.Order());
        var found = new List<(EntityInstanceId, int)>();
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<int>().WithCancellation(cancellation))
        {
            found.Add((entity.Id, entity.State));
        }

        Assert.Equal([(new EntityInstanceId("tally", "shared"), 20)], found);
        Assert.Equal(default, await client.Entities.CleanEntityStorageAsync(cancellation: cancellation));
    });

    [Fact]
    public Task EntityCalls_ThatCannotBeServed_FailWithTheRealTypesAndTexts() => WithAppAsync("Hostile", async (client, cancellation) =>
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(SampleFunctions.Misuse), cancellation);

        var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
        Assert.Equal(
            "System.NotSupportedException: Operation 'Nope' of entity '@tally@x' failed: No suitable method found for entity operation 'tally/Nope'.\n"
            + "EntityFunctionNotFound: Operation 'Add' of entity '@missing@x' failed: The function 'missing' doesn't exist, is disabled, or is not an entity function. "
            + "Additional info: The following are the known entity functions: 'Tally'.",
            done.ReadOutputAs<string>());
    });

    [Fact]
    public Task Activity_ThatFailsAfterItsRetries_FailsTheInstance() => WithAppAsync("Normal", async (client, cancellation) =>
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(SampleFunctions.Fails), cancellation);

        var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Failed, "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#2) failed with an unhandled exception: boom of Boom"),
            (done.RuntimeStatus, done.SerializedOutput));
        Assert.Equal("System.InvalidOperationException: boom of Boom", done.FailureDetails!.InnerFailure!.ToString());
    });
}
