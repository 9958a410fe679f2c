using System.Diagnostics;

namespace Orchestrator.Benchmarks.Measuring;

/// <summary>What the processes that take part have computed so far: all share the machine's cores, and so the result.</summary>
internal sealed record CpuTime(TimeSpan App, TimeSpan Azurite, TimeSpan Benchmark)
{
    public static CpuTime Of(int app, int azurite) => new(Of(app), Of(azurite), Of(Environment.ProcessId));

    public static CpuTime operator -(CpuTime after, CpuTime before) =>
        new(after.App - before.App, after.Azurite - before.Azurite, after.Benchmark - before.Benchmark);

    private static TimeSpan Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
