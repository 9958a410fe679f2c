using System.Diagnostics.Metrics;

namespace Orchestrator.Functions.Metrics;

/// <summary>Counts what the app does that somebody may want to be told of.</summary>
public sealed class OrchestratorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Orchestrator";

    /// <summary>Dead letters that were added; tags <c>source</c> and <c>code</c>, as the letter has them.</summary>
    public const string DeadLettersName = "orchestrator.dead_letters";

    /// <summary>What sweeps have put right; tag <c>sweep</c>: by which sweep.</summary>
    public const string RepairsName = "orchestrator.sweep.repairs";

    /// <summary>Runs of timer functions that began five minutes or more after their time; tag <c>timer</c>: the function's name.</summary>
    public const string LateTimersName = "orchestrator.timers.late";

    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _lateTimers;

    /// <summary>Creates the instruments.</summary>
    public OrchestratorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _deadLetters = meter.CreateCounter<long>(DeadLettersName, "{letter}", "Dead letters that were added.");
        _repairs = meter.CreateCounter<long>(RepairsName, "{repair}", "What sweeps have put right.");
        _lateTimers = meter.CreateCounter<long>(LateTimersName, "{run}", "Runs of timer functions that began long after their time.");
    }

    /// <summary>Whether anybody wants to know of timers that are late.</summary>
    internal bool AreTimersWatched => _lateTimers.Enabled;

    internal void TimerLate(string timer) => _lateTimers.Add(1, new KeyValuePair<string, object?>("timer", timer));

    internal void Repaired(string sweep, int count = 1)
    {
        if (count > 0)
            _repairs.Add(count, new KeyValuePair<string, object?>("sweep", sweep));
    }

    internal void DeadLetterAdded(string source, string code) =>
        _deadLetters.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("code", code));
}
