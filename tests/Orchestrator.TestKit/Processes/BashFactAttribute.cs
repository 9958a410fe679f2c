using Xunit;

namespace Orchestrator.TestKit.Processes;

/// <summary>A test of a bash script. Left out, and said so, where there is no bash.</summary>
public sealed class BashFactAttribute : FactAttribute
{
    /// <summary>Creates it.</summary>
    public BashFactAttribute() => Skip = Bash.WhyNot;
}
