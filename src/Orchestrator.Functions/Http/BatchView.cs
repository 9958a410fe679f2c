using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;

namespace Orchestrator.Functions.Http;

/// <summary>What came of a batch.</summary>
/// <param name="Accepted">How many tasks are stored.</param>
/// <param name="Refused">How many are not.</param>
/// <param name="Outcomes">One for each submission, in order.</param>
internal sealed record BatchView(int Accepted, int Refused, IReadOnlyList<BatchOutcomeView> Outcomes)
{
    public static BatchView Of(IReadOnlyList<BatchOutcome> outcomes) => new(
        outcomes.Count(outcome => outcome.Task is not null),
        outcomes.Count(outcome => outcome.Task is null),
        [.. outcomes.Select((outcome, index) => BatchOutcomeView.Of(outcome, index))]);
}

/// <summary>What came of one submission of a batch.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="Status">The HTTP status that it would have been answered with by itself.</param>
/// <param name="Task">The task; null when it was refused.</param>
/// <param name="Problem">Why it was refused; null when it was not.</param>
internal sealed record BatchOutcomeView(int Index, int Status, TaskSummaryView? Task, Problem? Problem)
{
    public static BatchOutcomeView Of(BatchOutcome outcome, int index) => new(
        index,
        outcome.Problem?.Status ?? StatusCodes.Status202Accepted,
        outcome.Task is null ? null : TaskSummaryView.Of(outcome.Task),
        outcome.Problem);
}
