using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Tests.Hosting;
using Embedded.Functions.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Timers;

public sealed class TimerTriggerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Start);
    private readonly Channel<TimerInfo> _runs = Channel.CreateUnbounded<TimerInfo>();
    private readonly MemoryStore _store = new();

    [Fact]
    public async Task Timer_RunsWhenItsScheduleSays()
    {
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.False(_runs.Reader.TryPeek(out _));
        _clock.Advance(TimeSpan.FromTicks(1));
        var first = await NextRunAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(5));
        var second = await NextRunAsync();

        Assert.False(first.IsPastDue);
        Assert.Equal((default, Start.AddMinutes(5), default), Of(first.ScheduleStatus!));
        Assert.Equal((Start.AddMinutes(5), Start.AddMinutes(10), Start.AddMinutes(5)), Of(second.ScheduleStatus!));
        Assert.Equal(DateTimeKind.Local, second.ScheduleStatus!.Next.Kind);
    }

    [Fact]
    public async Task Timer_ThatMissedItsTimeWhileTheHostWasDown_RunsAtOncePastDue()
    {
        _store.Kept["F"] = new TimerStatus(Start.AddMinutes(-10), Start.AddMinutes(-5), Start.AddMinutes(-10));

        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        var run = await NextRunAsync();
        Assert.True(run.IsPastDue);
        Assert.Equal((Start.AddMinutes(-10), Start.AddMinutes(-5), Start.AddMinutes(-10)), Of(run.ScheduleStatus!));
        await Eventually.TrueAsync(() => _store.Kept["F"] == new TimerStatus(Start, Start.AddMinutes(5), Start), "the run is kept");
    }

    [Fact]
    public async Task Timer_ThatNeverRan_IsPastDueFromItsFirstStartOn()
    {
        _store.Kept["F"] = new TimerStatus(Last: null, Start.AddMinutes(-5), Start.AddMinutes(-6));

        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        Assert.True((await NextRunAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_ThatIsDueAsTheHostStarts_RunsAtOnceAndIsNotPastDue()
    {
        _store.Kept["F"] = new TimerStatus(Start.AddMinutes(-5), Start, Start.AddMinutes(-5));

        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        Assert.False((await NextRunAsync()).IsPastDue);
    }

    [Theory]
    [InlineData(-7, -6, 2)]
    [InlineData(1, 3, 1)]
    public async Task Timer_WhoseScheduleHasChanged_HasMissedNothing(int last, int next, int countsFrom)
    {
        _store.Kept["F"] = new TimerStatus(Start.AddMinutes(last), Start.AddMinutes(next), Start.AddMinutes(last));
        _clock.Advance(TimeSpan.FromMinutes(2));
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        Assert.Equal(new TimerStatus(Last: null, Start.AddMinutes(5), Start.AddMinutes(countsFrom)), _store.Kept["F"]);
        await AdvanceAsync(TimeSpan.FromMinutes(3));
        var run = await NextRunAsync();

        Assert.False(run.IsPastDue);
        Assert.Equal((default, Start.AddMinutes(5), Start.AddMinutes(countsFrom)), Of(run.ScheduleStatus!));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(null)]
    public async Task Timer_WhoseStatusWasWrittenByAClockAhead_RunsAtItsNextTime(int? last)
    {
        var at = Start.AddDays(1);
        _store.Kept["F"] = new TimerStatus(last is { } minutes ? Start.AddMinutes(minutes) : null, at.AddMinutes(5), at);
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.False((await NextRunAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_ThatMissedNothing_WaitsForItsTime()
    {
        _store.Kept["F"] = new TimerStatus(Start, Start.AddMinutes(5), Start);
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.False((await NextRunAsync()).IsPastDue);
    }

    [Fact]
    public async Task Timer_RunOnStartup_RunsAtOnce()
    {
        await using var app = await StartAsync(typeof(OnStartup));

        var run = await NextRunAsync();
        Assert.False(run.IsPastDue);
        Assert.Null(run.ScheduleStatus);
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task Timer_OfLessThanAMinute_KeepsNoStatus()
    {
        await using var app = await StartAsync(typeof(EverySecond));

        await AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Null((await NextRunAsync()).ScheduleStatus);
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task Timer_OfASetting_TakesItsValue()
    {
        await using var app = await StartAsync(typeof(OfSetting), ("Schedule", "0 */2 * * * *"));

        await AdvanceAsync(TimeSpan.FromMinutes(2));

        await NextRunAsync();
    }

    [Fact]
    public async Task Timer_FarAway_IsWaitedForInPieces()
    {
        await using var app = await StartAsync(typeof(Yearly));

        for (var hour = 0; hour < 24 * 365; hour++)
            await AdvanceAsync(TimeSpan.FromHours(1));

        await NextRunAsync();
    }

    [Fact]
    public async Task Timer_ThatTakesLongerThanItsInterval_RunsOneAtATime()
    {
        var gate = new Gate();
        await using var app = await StartAsync(typeof(Slow), gate);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await NextRunAsync();

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.False(_runs.Reader.TryPeek(out _));
        gate.Open();

        // The first of the times that it has missed, at once and once: the host does not call that past due.
        var missed = await NextRunAsync();
        Assert.Equal((false, Start.AddMinutes(2)), (missed.IsPastDue, Of(missed.ScheduleStatus!).Next));
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(12), Of((await NextRunAsync()).ScheduleStatus!).Next);
        Assert.False(_runs.Reader.TryPeek(out _));
    }

    [Fact]
    public async Task Timer_WhoseFunctionFails_IsLoggedAndGoesOn()
    {
        await using var app = await StartAsync(typeof(Failing));

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await NextRunAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await NextRunAsync();

        Assert.Equal("The timer function 'F' failed.", app.Logs.Errors.First().Message);
        Assert.Equal("no", app.Logs.Errors.First().Exception?.Message);
    }

    public static TheoryData<Exception> Faults => [new RequestFailedException("unreachable"), new InvalidOperationException("unreachable")];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Timer_WhoseStatusCannotBeKept_RunsAllTheSame(Exception fault)
    {
        _store.WriteFault = fault;
        await using var app = await StartAsync(typeof(EveryFiveMinutes));

        await AdvanceAsync(TimeSpan.FromMinutes(5));

        await NextRunAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(5));
        await NextRunAsync();
        Assert.Contains(app.Logs.Lines, line => line.Message == "The status of the timer 'F' could not be kept: unreachable");
    }

    [Fact]
    public async Task Start_WithoutTheStatus_SaysWhatToDo()
    {
        _store.ReadFault = new RequestFailedException("unreachable");

        var fault = await Assert.ThrowsAsync<HostStartException>(() => StartAsync(typeof(EveryFiveMinutes)));

        Assert.Equal(
            "The status of the timer 'F' cannot be read from table storage: unreachable "
            + "Start the storage emulator (npx azurite), or set AzureWebJobsStorage to a storage account.",
            fault.Message);
    }

    [Fact]
    public async Task Stop_WaitsForTheRunInFlight()
    {
        var gate = new Gate();
        await using var app = await StartAsync(typeof(Slow), gate);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await NextRunAsync();

        var stop = app.StopAsync();
        Assert.False(stop.IsCompleted);
        gate.Open();

        await stop.WithinLimitAsync("the stop");
    }

    private static (DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated) Of(ScheduleStatus status) =>
        (TimeOf(status.Last), TimeOf(status.Next), TimeOf(status.LastUpdated));

    /// <summary>The first of all times has no earlier one in zones west of Greenwich.</summary>
    private static DateTimeOffset TimeOf(DateTime local) => local == default ? default : new DateTimeOffset(local);

    private Task<TestApp> StartAsync(Type functions, params (string Key, string? Value)[] settings) => StartAsync(functions, new Gate(), settings);

    private Task<TestApp> StartAsync(Type functions, Gate gate, params (string Key, string? Value)[] settings) => TestApp.StartAsync(new TestAppOptions
    {
        Functions = [functions],
        UsesHttp = false,
        Settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value),
        Files = new Dictionary<string, string> { ["host.json"] = """{"functionTimeout":"-1"}""" },
        Configure = builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            builder.Services.AddSingleton<ITimerStatusStore>(_store);
            builder.Services.AddSingleton(_runs.Writer);
            builder.Services.AddSingleton(gate);
        },
    });

    /// <summary>Moves the clock when the timer waits for it.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        await _clock.WhenArmedAsync(1).WithinLimitAsync("the timer waits for the clock");
        _clock.Advance(by);
    }

    private Task<TimerInfo> NextRunAsync() => _runs.Reader.ReadAsync().AsTask().WithinLimitAsync("the timer runs");

    public sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Opened => _open.Task;

        public void Open() => _open.SetResult();
    }

    public sealed class EveryFiveMinutes(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public ValueTask Run([TimerTrigger("*/5 * * * *")] TimerInfo timer) => runs.WriteAsync(timer);
    }

    public sealed class EverySecond(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public ValueTask Run([TimerTrigger("* * * * * *")] TimerInfo timer) => runs.WriteAsync(timer);
    }

    public sealed class OnStartup(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public ValueTask Run([TimerTrigger("0 0 1 1 *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer) => runs.WriteAsync(timer);
    }

    public sealed class OfSetting(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public ValueTask Run([TimerTrigger("%Schedule%")] TimerInfo timer) => runs.WriteAsync(timer);
    }

    public sealed class Yearly(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public ValueTask Run([TimerTrigger("0 0 1 1 *")] TimerInfo timer) => runs.WriteAsync(timer);
    }

    public sealed class Slow(ChannelWriter<TimerInfo> runs, Gate gate)
    {
        [Function("F")]
        public async Task Run([TimerTrigger("* * * * *")] TimerInfo timer)
        {
            await runs.WriteAsync(timer);
            await gate.Opened;
        }
    }

    public sealed class Failing(ChannelWriter<TimerInfo> runs)
    {
        [Function("F")]
        public async Task Run([TimerTrigger("* * * * *")] TimerInfo timer)
        {
            await runs.WriteAsync(timer);
            throw new InvalidOperationException("no");
        }
    }

    private sealed class MemoryStore : ITimerStatusStore
    {
        public ConcurrentDictionary<string, TimerStatus> Kept { get; } = new(StringComparer.Ordinal);

        public Exception? ReadFault { get; set; }

        public Exception? WriteFault { get; set; }

        public Task<TimerStatus?> ReadAsync(string functionName, CancellationToken cancellationToken) =>
            ReadFault is null ? Task.FromResult(Kept.GetValueOrDefault(functionName)) : Task.FromException<TimerStatus?>(ReadFault);

        public Task WriteAsync(string functionName, TimerStatus status, CancellationToken cancellationToken)
        {
            if (WriteFault is not null)
                return Task.FromException(WriteFault);
            Kept[functionName] = status;
            return Task.CompletedTask;
        }
    }
}
