using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using Moq;
using Orchestrator.Functions.Entities;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Entities;

public sealed class AgentReporterTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly AgentCounters _counters = new("p1");
    private readonly DurableClientSlot _slot = new();
    private readonly List<(string Entity, AgentReportMessage Message)> _signals = [];
    private readonly AgentReporter _reporter;
    private readonly Logs _logs = new();
    private Exception? _failure;

    public AgentReporterTests()
    {
        var entities = new Mock<DurableEntityClient>("test");
        entities.Setup(client => client.SignalEntityAsync(It.IsAny<EntityInstanceId>(), "Record", It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((EntityInstanceId id, string _, object? input, SignalEntityOptions? _, CancellationToken _) =>
            {
                _signals.Add((id.Key, (AgentReportMessage)input!));
                return _failure is null ? Task.CompletedTask : Task.FromException(_failure);
            });
        var client = new Mock<DurableTaskClient>("test");
        client.Setup(durable => durable.Entities).Returns(entities.Object);
        _slot.Client = client.Object;
        _reporter = new AgentReporter(_counters, _slot, _time, _logs);
    }

    public void Dispose() => _reporter.Dispose();

    [Fact]
    public async Task Reporter_Running_SignalsOncePerInterval()
    {
        await _reporter.StartAsync(CancellationToken.None);
        for (var i = 0; i < 10; i++)
            _counters.Add("a", AgentCount.Succeeded);
        Assert.Empty(_signals);

        await _time.WhenArmedAsync(1).WithinLimitAsync("The reporter waits for its interval.");
        _time.Advance(AgentReporter.Interval);
        await Eventually.TrueAsync(() => _signals.Count == 1, "The sums are signalled.");

        Assert.Equal(("a", new AgentReportMessage("p1", 1, _time.GetUtcNow().UtcTicks, 0, 10, 0, 0)), _signals[0]);
        await _reporter.StopAsync(CancellationToken.None);
        Assert.Single(_signals);
    }

    [Fact]
    public async Task StoppingAsync_NotReportedYet_Reported()
    {
        await _reporter.StartAsync(CancellationToken.None);
        _counters.Add("a", AgentCount.Started);

        await _reporter.StoppingAsync(CancellationToken.None);
        await _reporter.StopAsync(CancellationToken.None);

        Assert.Equal(1, Assert.Single(_signals).Message.Started);
    }

    [Fact]
    public async Task ReportAsync_SignalFails_TheSameReportAgain()
    {
        _counters.Add("a", AgentCount.Started);
        _failure = new IOException("away");
        await _reporter.ReportAsync(CancellationToken.None);
        _failure = null;
        _counters.Add("a", AgentCount.Started);
        await _reporter.ReportAsync(CancellationToken.None);
        await _reporter.ReportAsync(CancellationToken.None);

        Assert.Equal([1L, 1L, 2L], _signals.Select(signal => signal.Message.Sequence));
        Assert.Equal(_signals[0], _signals[1]);
    }

    [Fact]
    public async Task ReportAsync_SignalFails_WarnsUnlessTheProcessEnds()
    {
        _counters.Add("a", AgentCount.Started);
        _failure = new InvalidOperationException("The task hub has stopped.");
        await _reporter.ReportAsync(CancellationToken.None);
        await _reporter.StoppingAsync(CancellationToken.None);
        await _reporter.ReportAsync(CancellationToken.None);

        Assert.Equal(
            [
                (LogLevel.Warning, "The counts of agent a could not be reported; they are sent again.", _failure),
                (LogLevel.Warning, "The counts of agent a could not be reported; they are sent again.", _failure),
                (LogLevel.Information, "The process ends; what agent a has done since its last report may not be counted.", null),
            ],
            _logs.Lines);
    }

    [Fact]
    public async Task ReportAsync_NoClientYet_Kept()
    {
        var client = _slot.Client;
        _slot.Client = null;
        _counters.Add("a", AgentCount.Started);
        await _reporter.ReportAsync(CancellationToken.None);
        Assert.Empty(_signals);

        _slot.Client = client;
        await _reporter.ReportAsync(CancellationToken.None);
        Assert.Single(_signals);
    }

    private sealed class Logs : ILogger<AgentReporter>
    {
        public List<(LogLevel Level, string Message, Exception? Fault)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), exception));
    }
}
