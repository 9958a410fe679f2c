namespace Orchestrator.Cli.Demo;

/// <summary>What came of the demo.</summary>
/// <param name="Tasks">All its tasks in the order of submission, over.</param>
/// <param name="Matching">How many files match; more than were digested where there were too many.</param>
/// <param name="Report">Path of the report; null when there is none.</param>
internal sealed record DemoResult(IReadOnlyList<TaskLine> Tasks, int Matching, string? Report)
{
    public IEnumerable<TaskLine> Failed => Tasks.Where(line => !line.HasSucceeded);
}
