using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core.Serialization;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Orchestrations;
using Embedded.DurableTask.Serialization;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Running;

/// <summary>
/// Plays the engine for one orchestration: gives it messages turn by turn and keeps its history. Every turn is run twice, by
/// a runner that keeps sessions and by one that replays from the start, and must be decided alike.
/// </summary>
internal sealed class OrchestrationScript : IDisposable
{
    public const string InstanceId = "instance1";
    public const string ExecutionId = "execution1";

    public static readonly DateTime Begin = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly OrchestrationRunner _live;
    private readonly OrchestrationRunner _replaying;

    public OrchestrationScript(Func<TaskOrchestrationContext, Task<object?>> code, bool abandonedWaitsTakeEvents = false, ILoggerFactory? loggers = null)
        : this(TestFunction.Orchestrator("Main", code), TestFunction.Orchestrator("Main", code), abandonedWaitsTakeEvents, loggers)
    {
    }

    public OrchestrationScript(TestFunction live, TestFunction replaying, bool abandonedWaitsTakeEvents = false, ILoggerFactory? loggers = null)
    {
        _live = Runner(live, 1000, abandonedWaitsTakeEvents, loggers);
        _replaying = Runner(replaying, 0, abandonedWaitsTakeEvents, loggers);
    }

    /// <summary>Of an orchestrator without a result.</summary>
    public static OrchestrationScript Of(Func<TaskOrchestrationContext, Task> code, bool abandonedWaitsTakeEvents = false) => new(
        async context =>
        {
            await code(context);
            return null;
        },
        abandonedWaitsTakeEvents);

    public List<HistoryEvent> History { get; } = [];

    public string? CustomStatus { get; private set; }

    /// <summary>The time of the next turn; each turn takes it a second on.</summary>
    public DateTime Now { get; set; } = Begin;

    public static OrchestrationRunner Runner(
        TestFunction function, int sessions, bool abandonedWaitsTakeEvents = false, ILoggerFactory? loggers = null)
    {
        var functions = new FunctionTable("an orchestrator");
        functions.Add(null, function);
        return new(new(functions, Json, loggers ?? NullLoggerFactory.Instance)
        {
            SessionCapacity = sessions,
            AbandonedWaitsTakeEvents = abandonedWaitsTakeEvents,
        });
    }

    public static DataConverter Json { get; } = new WorkerDataConverter(new JsonObjectSerializer(new() { PropertyNameCaseInsensitive = true }));

    public static ExecutionStarted Started(string? input = null) => new()
    {
        ExecutionId = ExecutionId,
        Name = "Main",
        Input = input,
        CreatedAt = Begin,
    };

    /// <summary>The first turn.</summary>
    public Task<IReadOnlyList<Decision>> StartAsync(string? input = null) => TurnAsync(Started(input));

    /// <summary>A turn with these messages.</summary>
    public async Task<IReadOnlyList<Decision>> TurnAsync(params OrchestrationMessage[] messages)
    {
        HistoryEvent[] news = [new TurnStarted(Now), .. messages];
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [.. History], news);
        var live = await _live.RunAsync(turn, CancellationToken.None);
        var replayed = await _replaying.RunAsync(turn, CancellationToken.None);

        Assert.Equal(Write(live.Decisions), Write(replayed.Decisions));
        Assert.Equal(live.CustomStatus, replayed.CustomStatus);
        History.AddRange(news);
        History.AddRange(live.Decisions);
        CustomStatus = live.CustomStatus;
        Now = Now.AddSeconds(1);
        return live.Decisions;
    }

    /// <summary>Runs another code against the history so far, with these messages as news.</summary>
    public async Task<Decision> ReplayWithAsync(Func<TaskOrchestrationContext, Task> code, params OrchestrationMessage[] messages)
    {
        using var runner = Runner(
            TestFunction.Orchestrator("Main", async context =>
            {
                await code(context);
                return null;
            }),
            0);
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [.. History], [new TurnStarted(Now), .. messages]);
        return Assert.Single((await runner.RunAsync(turn, CancellationToken.None)).Decisions);
    }

    public static ExecutionCompleted Completed(int taskId, string? output = null) => new(ExecutionOutcome.Completed, output, null) { TaskId = taskId };

    /// <summary>Stack traces are not part of what must be alike.</summary>
    public static string Write(IEnumerable<HistoryEvent> events)
    {
        var array = JsonSerializer.SerializeToNode(events.ToArray())!.AsArray();
        foreach (var entry in array)
        {
            for (var failure = entry!["Failure"]; failure is JsonObject record; failure = record["Inner"])
            {
                record.Remove("StackTrace");
            }
        }

        return array.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    public static void Equal(IReadOnlyList<HistoryEvent> actual, params HistoryEvent[] expected) => Assert.Equal(Write(expected), Write(actual));

    public void Dispose()
    {
        _live.Dispose();
        _replaying.Dispose();
    }
}
