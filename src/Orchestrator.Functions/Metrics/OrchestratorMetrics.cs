using System.Diagnostics.Metrics;

namespace Orchestrator.Functions.Metrics;

/// <summary>Counts what the app does that somebody may want to be told of.</summary>
public sealed class OrchestratorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Orchestrator";

    /// <summary>Dead letters that were added; tags <c>source</c> and <c>code</c>, as the letter has them.</summary>
    public const string DeadLettersName = "orchestrator.dead_letters";

    private readonly Counter<long> _deadLetters;

    /// <summary>Creates the instruments.</summary>
    public OrchestratorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _deadLetters = meter.CreateCounter<long>(DeadLettersName, "{letter}", "Dead letters that were added.");
    }

    internal void DeadLetterAdded(string source, string code) =>
        _deadLetters.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("code", code));
}
