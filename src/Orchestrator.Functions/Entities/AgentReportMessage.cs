using Orchestrator.Agents;

namespace Orchestrator.Functions.Entities;

/// <summary>An <see cref="AgentReport"/> as it travels to the entity: strings, integers and ticks only, as the host prints JSON anew.</summary>
/// <param name="Source">Names the process.</param>
/// <param name="Sequence">From 1, one higher for each report of the process: with the source it identifies the operation.</param>
/// <param name="AtTicks">When it was made, in UTC ticks.</param>
/// <param name="Started">Attempts begun.</param>
/// <param name="Succeeded">Attempts that succeeded.</param>
/// <param name="Failed">Attempts that failed.</param>
/// <param name="Cancelled">Attempts stopped by a cancellation.</param>
public sealed record AgentReportMessage(string Source, long Sequence, long AtTicks, int Started, int Succeeded, int Failed, int Cancelled)
{
    /// <summary>The report itself.</summary>
    public AgentReport ToReport() =>
        new(Source, Sequence, new DateTimeOffset(AtTicks, TimeSpan.Zero), Started, Succeeded, Failed, Cancelled);
}
