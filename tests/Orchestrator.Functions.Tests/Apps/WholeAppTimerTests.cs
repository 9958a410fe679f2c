using System.Diagnostics.Metrics;
using Azure.Data.Tables;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Apps;

/// <summary>What all timer functions go through.</summary>
public sealed class WholeAppTimerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Timer_MissedWhileTheAppWasDown_RunsAtTheStartAndCountsAsLate(string mode)
    {
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == OrchestratorMetrics.LateTimersName)
                all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (value == 1 && Equals(tags[0], new KeyValuePair<string, object?>("timer", nameof(AuditTimer.RemoveOldAudit))))
                late.TrySetResult();
        });
        listener.Start();
        var last = new DateTimeOffset(2020, 1, 1, 0, 7, 10, TimeSpan.Zero);
        await LastRunAsync(nameof(AuditTimer.RemoveOldAudit), last, last.AddHours(1));

        await using var app = await WholeApp.StartAsync(azurite, azurite.UniqueName(), mode, new TestAgent.Script());

        await late.Task.WithinLimitAsync("the timer is late");
    }

    /// <summary>Has the platform believe that a timer ran then, and never since.</summary>
    private async Task LastRunAsync(string timer, DateTimeOffset at, DateTimeOffset next)
    {
        var statuses = new TableServiceClient(azurite.ConnectionString).GetTableClient("FunctionsTimers");
        await statuses.CreateIfNotExistsAsync();
        await statuses.UpsertEntityAsync(new TableEntity("timers", timer) { ["Last"] = at, ["Next"] = next, ["UpdatedAt"] = at }, TableUpdateMode.Replace);
    }
}
