using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Timers;

public sealed partial class UnstartedSweep
{
    [LoggerMessage(4500, LogLevel.Information, "{Started} of {Found} tasks that had been left unstarted are started.")]
    private partial void LogStarted(int started, int found);
}
