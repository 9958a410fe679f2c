using System.Collections.Concurrent;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class OrchestrationContextTests
{
    [Fact]
    public async Task Clock_ShowsTheBeginningOfTheTurn()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var times = new List<DateTime> { context.CurrentUtcDateTime };
            await context.CallActivityAsync("A");
            times.Add(context.CurrentUtcDateTime);
            Assert.All(times, time => Assert.Equal(DateTimeKind.Utc, time.Kind));
            return times.Select(time => (time - Begin).TotalSeconds);
        });
        await script.StartAsync();
        await script.TurnAsync(new EventRaised("E", null));

        Equal(await script.TurnAsync(new TaskCompleted(0, null)), Completed(1, "[0,2]"));
    }

    [Fact]
    public async Task IsReplaying_TellsWhatIsDoneAgain()
    {
        var live = new List<string>();
        var replaying = new List<string>();
        using var script = new OrchestrationScript(Recording(live), Recording(replaying));
        await script.StartAsync();
        await script.TurnAsync(new TaskCompleted(0, null));

        Assert.Equal(["before False", "after False"], live);
        Assert.Equal(["before False", "before True", "after False"], replaying);

        static TestFunction Recording(List<string> seen) => TestFunction.Orchestrator("Main", async context =>
        {
            seen.Add($"before {context.IsReplaying}");
            await context.CallActivityAsync("A");
            seen.Add($"after {context.IsReplaying}");
            return null;
        });
    }

    [Fact]
    public async Task NewGuid_IsUniqueVersion5AndTheSameOnReplay()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var first = context.NewGuid();
            await context.CallActivityAsync("A", first);
            return context.NewGuid();
        });

        var first = Assert.IsType<ActivityScheduled>(Assert.Single(await script.StartAsync()));
        var second = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskCompleted(0, null))));
        Assert.Equal("\"f0e78e82-e4b8-5ee1-b88f-1f6a6c1b8f2e\"".Length, first.Input!.Length);
        Assert.Equal('5', first.Input[15]);
        Assert.NotEqual(first.Input, second.Output);
    }

    [Fact]
    public async Task Names_AreThoseOfTheStart()
    {
        using var script = new OrchestrationScript(context => Task.FromResult<object?>(
            $"{context.Name} {context.InstanceId} v{context.Version} {context.Parent is null} {context.Properties.Count} {context.CompareVersionTo("1.10")}"));

        Equal(await script.TurnAsync(Started() with { Version = "1.9" }), Completed(0, "\"Main instance1 v1.9 True 0 -1\""));
    }

    [Fact]
    public async Task SetCustomStatus_IsShownAndStays()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.CallActivityAsync("A");
            await context.CallActivityAsync("B");
            context.SetCustomStatus(null);
            await context.CallActivityAsync("C");
        });
        await script.StartAsync();
        Assert.Equal("""{"Step":1}""", script.CustomStatus);
        await script.TurnAsync(new TaskCompleted(0, null));
        Assert.Equal("""{"Step":1}""", script.CustomStatus);
        await script.TurnAsync(new TaskCompleted(1, null));
        Assert.Null(script.CustomStatus);
    }

    [Theory]
    [InlineData(8190, true)]
    [InlineData(8191, false)]
    public async Task SetCustomStatus_Over16KilobytesAsUtf16_FailsTheInstance(int length, bool fits)
    {
        using var script = new OrchestrationScript(context =>
        {
            context.SetCustomStatus(new string('x', length));
            return Task.FromResult<object?>(null);
        });

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.Equal(fits ? ExecutionOutcome.Completed : ExecutionOutcome.Failed, end.Outcome);
        Assert.Equal(
            fits ? null : "System.ArgumentException: The custom status takes 16,386 bytes as UTF-16 encoded JSON. It must not take more than 16 KB.",
            end.Output);
    }

    [Fact]
    public async Task ReplaySafeLogger_LogsOnce()
    {
        using var logs = new RecordingLoggers();
        var code = TestFunction.Orchestrator("Main", async context =>
        {
            var logger = context.CreateReplaySafeLogger("Cat");
            logger.LogInformation("one");
            await context.CallActivityAsync("A");
            context.ReplaySafeLoggerFactory.CreateLogger("Other").LogInformation("two");
            context.CreateReplaySafeLogger<string>().LogInformation("three");
            return null;
        });
        using var runner = Runner(code, 0, loggers: logs);
        HistoryEvent[] first = [new TurnStarted(Begin), Started()];
        var decided = (await runner.RunAsync(new(InstanceId, ExecutionId, [], first), CancellationToken.None)).Decisions;
        await runner.RunAsync(
            new(InstanceId, ExecutionId, [.. first, .. decided], [new TurnStarted(Begin), new TaskCompleted(0, null)]), CancellationToken.None);

        Assert.Equal(["Cat one", "Other two", "string three"], logs.Lines);
    }

    [Fact]
    public async Task GetFunctionContext_IsTheInvocation()
    {
        using var script = new OrchestrationScript(context => Task.FromResult<object?>(context.GetFunctionContext()!.InvocationId));

        Equal(await script.StartAsync(), Completed(0, "\"invocation\""));
    }

    private sealed class RecordingLoggers : ILoggerFactory
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, Lines);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private sealed class Recorder(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
                => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{category} {formatter(state, exception)}");
        }
    }
}
