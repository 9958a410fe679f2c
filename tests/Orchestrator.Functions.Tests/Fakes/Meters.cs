using System.Diagnostics.Metrics;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Makes meters that nobody but the test listens to.</summary>
internal sealed class Meters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(new MeterOptions(options.Name) { Scope = this });

    public void Dispose()
    {
        // Meters live as long as their test.
    }
}
