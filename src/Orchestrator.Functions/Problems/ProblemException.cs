namespace Orchestrator.Functions.Problems;

/// <summary>A request is refused: carries the answer from where it is found out to where it is written.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>What to answer.</summary>
    public Problem Problem { get; } = problem;
}
