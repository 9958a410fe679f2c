using Orchestrator.Agents;
using Orchestrator.Functions.Entities;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Bulk;

/// <summary>
/// Cancels, reruns or purges many tasks, a page after the other. After each page a heartbeat says how far it is, so that another attempt, or another
/// process, goes on there; the page it was at is gone through again, which changes nothing. Tasks submitted after it are none of its business.
/// </summary>
internal sealed class BulkAgent(ITaskStore store, BulkSteps steps, BulkAudit audit, DurableClientSlot slot, TimeProvider time) : IAgent
{
    public const string TaskType = "bulk";

    private const int PageSize = 50;
    private const int AtOnce = 8;

    /// <summary>How long pages with few tasks are gathered before those found have their turn.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(20);

    /// <summary>Before its deadline it hands back, and begins anew without that counting as an attempt.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var request = BulkRequest.Read(context.Input, out var faults) ?? throw new AgentException("input_invalid", $"{faults[0].Pointer}: {faults[0].Message}", isRetryable: false);
        var run = new Run { Progress = BulkProgress.Read(context.LastHeartbeat) ?? Begin(request) };
        if (request.IsDryRun)
            return await GoOnAsync(context, request, run, cancellationToken);

        var entry = await audit.BeginAsync(context, cancellationToken);
        try
        {
            var result = await GoOnAsync(context, request, run, cancellationToken);
            await audit.EndAsync(entry, context, request, run.Progress, failure: null);
            return result;
        }
        catch (Exception failure)
        {
            await audit.EndAsync(entry, context, request, run.Progress, failure);
            throw;
        }
    }

    private async Task<AgentResult> GoOnAsync(AgentContext context, BulkRequest request, Run run, CancellationToken cancellationToken)
    {
        while (run.Progress is var progress && (progress.IsCounting || progress.Matched < progress.Total))
        {
            if (IsNearDeadline(context))
                return AgentResult.DeferUntil(time.GetUtcNow());
            if (progress.IsCounting)
            {
                context.Heartbeat(run.Progress = await CountPageAsync(context, request, progress, cancellationToken));
                continue;
            }

            var (tasks, next) = await ReadPageAsync(context, request, progress, cancellationToken);
            var outcomes = await TreatAsync(context, request, tasks, cancellationToken);
            run.Progress = progress.Add(outcomes, next);
            Say(context, request, run.Progress, outcomes);
            if (next is null && request.Ids is null)
                break;
        }

        return AgentResult.Of(Output(request, run.Progress));
    }

    private static BulkProgress Begin(BulkRequest request) => request.Ids is { } ids
        ? new BulkProgress { Total = Math.Min(ids.Count, request.Limit), IsMore = ids.Count > request.Limit }
        : new BulkProgress { IsCounting = true };

    private bool IsNearDeadline(AgentContext context) => time.GetUtcNow() + Reserve > context.Deadline;

    /// <summary>Counts before anything changes, for the progress: a page.</summary>
    private async Task<BulkProgress> CountPageAsync(AgentContext context, BulkRequest request, BulkProgress progress, CancellationToken cancellationToken)
    {
        var page = await ListAsync(Query(context, request) with { ContinuationToken = progress.Next, PageSize = 200 }, cancellationToken);
        var count = progress.Total + page.Tasks.Count(task => task.Id != context.TaskId);
        var isCounted = page.ContinuationToken is null || count > request.Limit;
        return new BulkProgress
        {
            Total = isCounted ? Math.Min(count, request.Limit) : count,
            IsMore = count > request.Limit,
            IsCounting = !isCounted,
            Next = isCounted ? null : page.ContinuationToken,
        };
    }

    /// <summary>Reads tasks until there are enough for a turn; where few pass the filter, for a while.</summary>
    private async Task<(IReadOnlyList<(TaskId Id, TaskRecord? Task)> Tasks, string? Next)> ReadPageAsync(
        AgentContext context, BulkRequest request, BulkProgress progress, CancellationToken cancellationToken)
    {
        var room = Math.Min(PageSize, progress.Total - progress.Matched);
        if (request.Ids is { } ids)
            return ([.. ids.Skip(progress.Matched).Take(room).Select(id => (id, (TaskRecord?)null))], null);

        var began = time.GetTimestamp();
        var found = new List<(TaskId Id, TaskRecord? Task)>();
        var next = progress.Next;
        do
        {
            var page = await ListAsync(Query(context, request) with { ContinuationToken = next, PageSize = room - found.Count }, cancellationToken);
            found.AddRange(page.Tasks.Where(task => task.Id != context.TaskId).Select(task => (task.Id, (TaskRecord?)task)));
            next = page.ContinuationToken;
        }
        while (next is not null && found.Count < room && time.GetElapsedTime(began) < Gathering && !IsNearDeadline(context));
        return (found, next);
    }

    /// <summary>What was submitted with it or after it is left alone.</summary>
    private static TaskQuery Query(AgentContext context, BulkRequest request) =>
        request.Filter!.To < context.CreatedAt ? request.Filter : request.Filter with { To = context.CreatedAt };

    private async Task<TaskListing.Page> ListAsync(TaskQuery query, CancellationToken cancellationToken) =>
        await store.ListAsync(query, cancellationToken) as TaskListing.Page
        ?? throw new AgentException("list_changed", "The list cannot be gone on with; the secret that signs its tokens has changed. Submit the task again.", isRetryable: false);

    private async Task<BulkOutcome[]> TreatAsync(AgentContext context, BulkRequest request, IReadOnlyList<(TaskId Id, TaskRecord? Task)> tasks, CancellationToken cancellationToken)
    {
        var outcomes = new BulkOutcome[tasks.Count];

        // What is removed together reads the tables of wakes and waiters together.
        var atOnce = request.Action == BulkAction.Purge ? PageSize : AtOnce;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, tasks.Count, parallel, async (index, token) => outcomes[index] = await TreatAsync(context, request, tasks[index].Id, tasks[index].Task, token));
        return outcomes;
    }

    private async Task<BulkOutcome> TreatAsync(AgentContext context, BulkRequest request, TaskId id, TaskRecord? listed, CancellationToken cancellationToken)
    {
        if (id == context.TaskId || id.CreatedAt >= context.CreatedAt)
            return BulkSteps.Skipped(id, "submitted_later");
        if (request.IsDryRun || request.OlderThan is not null)
        {
            // The list has all that is needed, but for callbacks.
            var task = listed is null || request.Action == BulkAction.Purge ? (await store.GetAsync(id, cancellationToken))?.Record : listed;
            if (request.OlderThan is { } age && task is not null && !(task.FinishedAt + age <= time.GetUtcNow()))
                return BulkSteps.Skipped(id, "not_old_enough");
            if (request.IsDryRun)
                return BulkSteps.Foretell(request.Action, id, task);
        }

        var client = slot.Client ?? throw new AgentException("not_ready", "The platform has given no client yet.", isRetryable: true);
        return await steps.TryAsync(client, request.Action, context.TaskId, id, cancellationToken);
    }

    /// <summary>A line for each reason of a page, with the ids: so the log has every outcome.</summary>
    private static void Say(AgentContext context, BulkRequest request, BulkProgress progress, BulkOutcome[] outcomes)
    {
        foreach (var reason in outcomes.GroupBy(outcome => (outcome.Outcome, outcome.Reason)))
            context.Log($"{reason.Key.Outcome}, {reason.Key.Reason}: {string.Join(' ', reason.Select(outcome => outcome.Task is null ? outcome.Id : $"{outcome.Id}→{outcome.Task}"))}");
        context.Heartbeat(progress);
        context.ReportProgress(progress.Total == 0 ? 100 : 100 * progress.Matched / progress.Total, $"{request.Action}: {progress.Matched} of {progress.Total} tasks, {progress.Done} done, {progress.Skipped} skipped, {progress.Failed} failed");
    }

    private static object Output(BulkRequest request, BulkProgress progress) => new
    {
        Action = request.Action.ToString().ToLowerInvariant(),
        DryRun = request.IsDryRun,
        progress.Matched,
        progress.Done,
        progress.Skipped,
        progress.Failed,
        progress.ByReason,
        progress.IsMore,
        progress.Outcomes,
    };

    /// <summary>How far an attempt is, however it ends.</summary>
    private sealed class Run
    {
        public required BulkProgress Progress { get; set; }
    }
}
