using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>What came of one submission of a batch: a task, or a problem.</summary>
internal sealed record BatchOutcome(TaskRecord? Task, Problem? Problem);

/// <summary>Takes many submissions at once: each is accepted or refused by itself.</summary>
public sealed partial class BatchIntake(SubmissionIntake intake, TaskSubmitter submitter, StartQueue starts, ILogger<BatchIntake> logger)
{
    /// <summary>Most submissions of a batch.</summary>
    public const int MaxTasks = 1_000;

    /// <summary>So many that the writer fills its transactions, so few that a batch does not crowd out everybody else.</summary>
    private const int WritesAtOnce = 256;

    /// <summary>Stores the tasks and has those that are new started.</summary>
    /// <param name="utf8Json">An object whose only field <c>tasks</c> is an array of submissions.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_batch</c>: nothing was stored.</exception>
    internal async Task<IReadOnlyList<BatchOutcome>> SubmitAsync(ReadOnlyMemory<byte> utf8Json, SubmissionOrigin origin, CancellationToken cancellationToken)
    {
        var faults = StrictJson.Check(utf8Json.Span, SubmissionIntake.MaxJsonDepth + 2);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = SubmissionIntake.MaxJsonDepth + 2 });
        JsonElement[] submissions = [.. ReadTasks(document.RootElement).EnumerateArray()];
        var outcomes = new BatchOutcome[submissions.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, submissions.Length, parallel, async (index, token) => outcomes[index] = await SubmitAsync(submissions[index], origin, token));
        return outcomes;
    }

    private async Task<BatchOutcome> SubmitAsync(JsonElement submission, SubmissionOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            var task = await submitter.StoreAsync(await intake.ReadAsync(JsonMarshal.GetRawUtf8Value(submission).ToArray(), origin: origin, cancellationToken: cancellationToken), cancellationToken);
            if (task.Unstarted)
                starts.Add(task);
            return new BatchOutcome(task, Problem: null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One that storage refuses is answered like one that is wrong: the others may well have been stored.
            var problem = ProblemMapping.From(exception);
            if (problem.Status == StatusCodes.Status500InternalServerError)
                LogFault(exception);
            return new BatchOutcome(Task: null, problem);
        }
    }

    private static JsonElement ReadTasks(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("tasks", out var tasks) || tasks.ValueKind != JsonValueKind.Array)
            throw new ProblemException(KnownProblems.InvalidBatch([new Fault("/tasks", "A batch must be an object whose field 'tasks' is an array of submissions.")]));
        if (root.EnumerateObject().FirstOrDefault(property => property.Name != "tasks") is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw new ProblemException(KnownProblems.InvalidBatch([new Fault(JsonPointer.Join("", other.Name), "There is no such field. The field is: tasks.")]));
        if (tasks.GetArrayLength() is var count and (< 1 or > MaxTasks))
            throw new ProblemException(KnownProblems.InvalidBatch([new Fault("/tasks", $"There are {count} tasks; there must be 1 to {MaxTasks}.")]));

        return tasks;
    }

    [LoggerMessage(4016, LogLevel.Error, "A submission of a batch failed; the caller was told of an internal error.")]
    private partial void LogFault(Exception exception);
}
