using System.Collections.Immutable;

namespace Orchestrator.Agents;

/// <summary>What is known of an agent: the state of its entity.</summary>
public sealed record AgentRecord
{
    /// <summary>Reporting processes that are remembered; the ones not heard of for longest are forgotten.</summary>
    public const int RememberedSources = 32;

    /// <summary>Version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Where it stands.</summary>
    public AgentState State { get; init; } = AgentState.Registered;

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Attempts begun.</summary>
    public long Started { get; init; }

    /// <summary>Attempts that succeeded.</summary>
    public long Succeeded { get; init; }

    /// <summary>Attempts that failed, those that were tried again included.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts stopped by a cancellation.</summary>
    public long Cancelled { get; init; }

    /// <summary>Last report taken from each process, oldest first.</summary>
    public ImmutableArray<AgentReportMark> Reports { get; init; } = [];

    /// <summary>
    /// Adds a report; taking the same one again changes nothing, as reports are delivered at least once. A report makes
    /// an agent Ready that was only Registered, Starting or Stopped.
    /// </summary>
    public AgentRecord Apply(AgentReport report)
    {
        var last = Reports.FirstOrDefault(mark => string.Equals(mark.Source, report.Source, StringComparison.Ordinal));
        if (last is not null && report.Sequence <= last.Sequence)
            return this;

        var others = last is null ? Reports : Reports.Remove(last);
        if (others.Length >= RememberedSources)
            others = others.RemoveRange(0, others.Length - RememberedSources + 1);

        return this with
        {
            State = State is AgentState.Registered or AgentState.Starting or AgentState.Stopped ? AgentState.Ready : State,
            LastSeenAt = LastSeenAt > report.At ? LastSeenAt : report.At,
            Started = Started + report.Started,
            Succeeded = Succeeded + report.Succeeded,
            Failed = Failed + report.Failed,
            Cancelled = Cancelled + report.Cancelled,
            Reports = others.Add(new AgentReportMark(report.Source, report.Sequence)),
        };
    }
}

/// <summary>What one process has seen of an agent since its last report.</summary>
/// <param name="Source">Names the process; a new one for each start.</param>
/// <param name="Sequence">From 1, one higher for each report of the process.</param>
/// <param name="At">When it was made, UTC.</param>
public sealed record AgentReport(string Source, long Sequence, DateTimeOffset At, int Started, int Succeeded, int Failed, int Cancelled);

/// <summary>The last report taken from a process.</summary>
public sealed record AgentReportMark(string Source, long Sequence);
