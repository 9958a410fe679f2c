using Xunit;

namespace Orchestrator.TestKit.Extent;

/// <summary>A test that takes many minutes: made in a full run only, else skipped.</summary>
public sealed class FullRunTheoryAttribute : TheoryAttribute
{
    public FullRunTheoryAttribute()
    {
        if (!TestExtent.IsFull)
            Skip = "It takes minutes: set ORCHESTRATOR_TESTS_FULL=1, or run .ci/run --full.";
    }
}
