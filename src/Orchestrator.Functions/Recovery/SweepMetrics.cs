using System.Diagnostics.Metrics;

namespace Orchestrator.Functions.Recovery;

/// <summary>Counts what sweeps had to put right.</summary>
public sealed class SweepMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Orchestrator";

    /// <summary>What was put right; tag <c>sweep</c>: by which sweep.</summary>
    public const string RepairsName = "orchestrator.sweep.repairs";

    private readonly Counter<long> _repairs;

    /// <summary>Creates the instrument.</summary>
    public SweepMetrics(IMeterFactory meters) =>
        _repairs = meters.Create(MeterName).CreateCounter<long>(RepairsName, "{repair}", "What sweeps have put right.");

    internal void Repaired(string sweep, int count = 1)
    {
        if (count > 0)
            _repairs.Add(count, new KeyValuePair<string, object?>("sweep", sweep));
    }
}
