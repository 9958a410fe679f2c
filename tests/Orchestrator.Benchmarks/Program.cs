using Orchestrator.Benchmarks.Engine;
using Orchestrator.Benchmarks.History;
using Orchestrator.Benchmarks.Limits;
using Orchestrator.Benchmarks.Start;
using Orchestrator.Benchmarks.Tasks;

const string usage = """
    Usage: dotnet run -c Release --project tests/Orchestrator.Benchmarks -- <benchmark>
      engine    the embedded durable engine alone: throughput, latency, storage calls and bytes, idle
      recovery  the embedded durable engine with 100,000 finished and 1,000 live instances: memory, and time to be ready again
      tasks     tasks per second and time to Succeeded over HTTP; storage calls and row writes per task
      history   rows and requests for a page of 2,000 and of 200,000 tasks, and its time on Azurite
      limits    time and storage of handing a slot over, with 200 and with 2,000 tasks waiting
      start     process start to first answered request
    """;

switch (args)
{
    case ["engine"]:
        await EngineBenchmark.RunAsync(Console.Out);
        return 0;
    case ["recovery"]:
        await RecoveryBenchmark.RunAsync(Console.Out);
        return 0;
    case ["engine-app"]:
        await EngineApp.RunAsync();
        return 0;
    case ["tasks"]:
        await TasksBenchmark.RunAsync(Console.Out);
        return 0;
    case ["history"]:
        await HistoryBenchmark.RunAsync(Console.Out);
        return 0;
    case ["limits"]:
        await LimitsBenchmark.RunAsync(Console.Out);
        return 0;
    case ["start"]:
        await StartBenchmark.RunAsync(Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync(usage);
        return 2;
}
