using Xunit;

namespace Orchestrator.TestKit.Processes;

/// <summary>A test of a bash script for each of several inputs. Left out, and said so, where there is no bash.</summary>
public sealed class BashTheoryAttribute : TheoryAttribute
{
    /// <summary>Creates it.</summary>
    public BashTheoryAttribute() => Skip = Bash.WhyNot;
}
