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
        await LastRunAsync(nameof(AuditTimer.RemoveOldAudit), DateTimeOffset.Parse("2020-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

        await using var app = await WholeApp.StartAsync(azurite, azurite.UniqueName(), mode, new TestAgent.Script());

        await late.Task.WithinLimitAsync("the timer is late");
    }

    /// <summary>Has the platform believe that a timer ran then, and never since.</summary>
    private async Task LastRunAsync(string timer, DateTimeOffset at)
    {
        var statuses = new TableServiceClient(azurite.ConnectionString).GetTableClient("FunctionsTimers");
        await statuses.CreateIfNotExistsAsync();
        await statuses.UpsertEntityAsync(new TableEntity("timers", timer) { ["Last"] = at, ["UpdatedAt"] = at }, TableUpdateMode.Replace);
    }
}
