using Orchestrator.Benchmarks.Start;
using Orchestrator.Benchmarks.Tasks;

const string usage = """
    Usage: dotnet run -c Release --project tests/Orchestrator.Benchmarks -- <benchmark>
      tasks   tasks per second and time to Succeeded over HTTP; storage calls and row writes per task
      start   process start to first answered request
    """;

switch (args)
{
    case ["tasks"]:
        await TasksBenchmark.RunAsync(Console.Out);
        return 0;
    case ["start"]:
        await StartBenchmark.RunAsync(Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync(usage);
        return 2;
}
