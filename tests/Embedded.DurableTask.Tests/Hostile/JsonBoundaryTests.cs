using Embedded.DurableTask.Tests.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>Nothing crosses a boundary but JSON, in either mode: no object is ever the one that was sent.</summary>
public sealed class JsonBoundaryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] _outward =
    [
        "orchestration input", "activity input", "activity output", "sub-orchestration input", "sub-orchestration output",
        "entity input", "entity state", "entity output", "custom status",
    ];

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Parcel_OnItsJourney_CrossesEveryBoundaryAsJson(string mode)
    {
        await using var app = await DurableApp.StartAsync(azurite, mode, [typeof(JsonFunctions)]);

        await new Parcel().Send(p => app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(JsonFunctions.Journey), p, new StartOrchestrationOptions("a")));
        var waiting = await Eventually.ValueAsync(
            () => app.Client.GetInstanceAsync("a", getInputsAndOutputs: true), i => i?.SerializedCustomStatus is not null || i?.IsCompleted == true, "the status is set");
        Assert.True(waiting!.IsRunning, waiting.SerializedOutput);
        var half = waiting.ReadCustomStatusAs<Parcel>()!.Arrive("custom status");
        await half.Send(p => app.Client.RaiseEventAsync("a", "parcel", p));
        var ended = await app.EndOfAsync("a");

        Assert.Equal([.. _outward, "event", "orchestration input"], ended.ReadOutputAs<Parcel>()!.Stamps);
        var kept = await app.Client.Entities.GetEntityAsync<Parcel>(new EntityInstanceId(nameof(JsonFunctions.Keeper), "a"));
        Assert.Equal([.. _outward[..5], "entity input", "kept"], kept!.State.Arrive("kept").Stamps);
    }
}
