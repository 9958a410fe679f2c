using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>A hub's tables when storage fails now and then.</summary>
public sealed class HubTablesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private FaultProxy _proxy = null!;
    private HubTables _tables = null!;
    private TaskHubOptions _options = null!;

    public async Task InitializeAsync()
    {
        _proxy = await FaultProxy.StartAsync(azurite);
        _options = new TaskHubOptions { ConnectionString = _proxy.ConnectionString, HubName = "Hub" + azurite.UniqueName() };
        _tables = new HubTables(_options);
        await _tables.CreateAsync(default);
        _proxy.Reset();
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task Create_EachReportedAsFailed_IsTriedAgain()
    {
        _options = _options with { HubName = "Hub" + azurite.UniqueName() };
        _proxy.Add(new FaultRule(new StorageFault.ApplyThenAnswer(500)) { Where = call => call.Number % 2 == 1 });

        await new HubTables(_options).CreateAsync(default);

        Assert.Equal([204, 409, 204, 409, 204, 409, 204, 409], _proxy.Calls.Select(call => call.Status));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Read_FailsThreeTimes_IsTriedAgain(int status)
    {
        _proxy.Add(new FaultRule(new StorageFault.Answer(status)) { Times = 3 });

        Assert.Null(await _tables.Owner.ReadAsync(default));

        Assert.Equal(4, _proxy.Count);
    }

    [Fact]
    public async Task Read_ConnectionIsReset_IsTriedAgain()
    {
        _proxy.Add(FaultRule.Nth(1, new StorageFault.Reset()));

        Assert.Null(await _tables.Log.GetWriteIdAsync(new LogPosition(1, 0), default));

        Assert.Equal(2, _proxy.Count);
    }

    [Fact]
    public async Task Insert_Fails_IsNotTriedAgainButLeftToTheCaller()
    {
        _proxy.Add(new FaultRule(new StorageFault.Answer(500)));

        var fault = await Assert.ThrowsAsync<StorageFaultException>(
            () => _tables.Log.InsertAsync(new LogRow(new LogPosition(1, 0), "w", IsSeal: false, IsLast: true, new byte[1]), default));

        Assert.Equal("Storage did not answer properly to the insertion of row 0: Injected by the fault proxy.", fault.Message);
        Assert.Equal(1, _proxy.Count);
    }

    [Fact]
    public async Task Open_ReportedAsFailed_FindsItsOwnFence()
    {
        _proxy.Add(new FaultRule(new StorageFault.ApplyThenAnswer(500)) { Where = call => call.IsWrite });

        await new FencedPartition(_tables.Live, "p", TimeProvider.System).OpenAsync(3, default);

        Assert.Equal(["GET", "POST", "GET"], _proxy.Calls.Select(call => call.Method));
    }

    [Fact]
    public async Task Open_Fails_IsTriedAgain()
    {
        _proxy.Add(new FaultRule(new StorageFault.Answer(500)) { Where = call => call.IsWrite, Times = 2 });

        await new FencedPartition(_tables.Live, "p", TimeProvider.System).OpenAsync(3, default);

        Assert.Equal(["GET", "POST", "GET", "POST", "GET", "POST"], _proxy.Calls.Select(call => call.Method));
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("Live")]
    [InlineData("Log")]
    public async Task Start_StorageGoesOnFailing_IsRefusedInOneLine(string table)
    {
        var code = new ScriptedRunner();
        await using (var first = NewHub())
        {
            await first.StartAsync(code, code, code, default).WithinLimitAsync("the first start");
            await first.StopAsync(default);
        }

        _proxy.Add(new FaultRule(new StorageFault.Answer(503)) { Where = call => !call.IsWrite && call.Table == _options.HubName + table });
        await using var second = NewHub();

        var refused = await Assert.ThrowsAsync<HostStartException>(() => second.StartAsync(code, code, code, default));
        Assert.Equal(
            $"Task hub '{_options.HubName}' cannot be opened, for its storage has failed (Injected by the fault proxy.). Start the host again.", refused.Message);
    }

    [Fact]
    public async Task Start_BrokenOff_LeavesTheHubToWhoeverComesNext()
    {
        var code = new ScriptedRunner();
        using var end = new CancellationTokenSource();
        _proxy.Add(new FaultRule(new StorageFault.CallBefore(_ => end.CancelAsync()) { Drops = true }) { Where = call => call.Table == _options.HubName + "Live", First = 2, Times = 1 });
        await using var hub = NewHub();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.StartAsync(code, code, code, end.Token));
        await hub.StopAsync(default).WithinLimitAsync("the hub is left");

        var left = await _tables.Owner.ReadAsync(default);
        Assert.Equal((1L, true), (left!.Epoch, left.IsReleased));
    }

    private TaskHub NewHub() => new(_options, new HubTables(_options), TimeProvider.System, NullLoggerFactory.Instance, _ => { });
}
