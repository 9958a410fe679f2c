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

    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _repairs;

    /// <summary>Creates the instruments.</summary>
    public OrchestratorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _deadLetters = meter.CreateCounter<long>(DeadLettersName, "{letter}", "Dead letters that were added.");
        _repairs = meter.CreateCounter<long>(RepairsName, "{repair}", "What sweeps have put right.");
    }

    internal void Repaired(string sweep, int count = 1)
    {
        if (count > 0)
            _repairs.Add(count, new KeyValuePair<string, object?>("sweep", sweep));
    }

    internal void DeadLetterAdded(string source, string code) =>
        _deadLetters.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("code", code));
}
