using Microsoft.Extensions.DependencyInjection;
using Orchestrator.History;
using Orchestrator.Limits;
using Orchestrator.Retention;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tests.Retention;

/// <summary>Tasks that are over, and runs of what removes them.</summary>
internal sealed class RetentionRig(Store store)
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The default times.</summary>
    public static readonly RetentionRules Rules = new(new RetentionOptions().Times, []);

    public IRetentionStore Retention => store.Services.GetRequiredService<IRetentionStore>();

    private ITaskWakes Wakes => store.Services.GetRequiredService<ITaskWakes>();

    private ISlotQueues Queues => store.Services.GetRequiredService<ISlotQueues>();

    /// <summary>Ids of tasks that are over and have left rows wherever a task can leave any.</summary>
    public async Task<IReadOnlyList<TaskId>> EndedAsync(string name)
    {
        var large = $"\"{new string('x', 100_000)}\"";
        var first = (await SubmitAsync(Store.Submission(large, $"{name} key", "red", "a/b") with { Name = $"{name} name", Correlation = name, CallbackUrl = "https://example.com/", Parent = TaskId.New(store.Time.GetUtcNow(), 1, new SeededRandomSource(1)).ToString() })).Id;
        var waiting = (await SubmitAsync(Store.Submission() with { DependsOn = new TaskDependencies([first], DependencyCondition.AllFinished), StartAt = store.Time.GetUtcNow().AddDays(200) })).Id;
        await store.Services.GetRequiredService<ITaskEdges>().AddAsync(first, waiting, None);
        var (task, lease) = await store.ClaimAsync(first);
        await store.Services.GetRequiredService<IAttemptStore>().ReportAsync(first, new AttemptReport(1, 1, store.Time.GetUtcNow()) { Percent = 5 }, None);
        var log = new AttemptLog(new AttemptLogPart(1, 1, 0), [new AttemptLogLine(store.Time.GetUtcNow(), Agents.AttemptLogLevel.Information, "A line.")]);
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded(large), log, None);
        var ended = (await store.Tasks.GetAsync(first, None))!.Record;
        var letter = new DeadLetter
        {
            Source = DeadLetter.CallbackSource,
            Id = first.ToString(),
            ArrivedAt = ended.FinishedAt!.Value,
            DeadAt = store.Time.GetUtcNow(),
            Code = "callback_status",
            Reason = "It was refused.",
            Body = $"{{\"id\":\"{first}\"}}",
        };
        await store.DeadLetters.AddAsync(letter, None);
        await store.Lifecycle.EndFollowUpsAsync(first, CallbackState.Failed, None);
        await store.Lifecycle.EndDependencyAsync(waiting, first, TaskState.Succeeded, None);
        await store.Lifecycle.MarkStartedAsync(waiting, None);
        await Wakes.AddAsync(waiting, store.Time.GetUtcNow().AddDays(200), None);
        foreach (var limiter in new[] { Store.Digest.Name, $"{Store.Digest.Name}:0123456789abcdef0123456789abcdef" })
            await Queues.AddAsync(limiter, new SlotWaiter(waiting.ToString(), 1, store.Time.GetUtcNow().UtcTicks, HasRow: true), None);
        await store.Lifecycle.CancelAsync(waiting, None);
        return [first, waiting];
    }

    public async Task<TaskRecord> SubmitAsync(TaskSubmission submission) =>
        Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission, None)).Task.Record;

    /// <summary>What the runner does when no orchestration is in the way.</summary>
    /// <returns>Tasks removed and days dropped.</returns>
    public async Task<(int Removed, int Dropped)> RunAsync(RetentionRules? rules = null, CancellationToken cancellationToken = default)
    {
        rules ??= Rules;
        var (removed, dropped) = (0, 0);
        var plan = await Retention.PlanAsync(rules, cancellationToken);
        foreach (var day in plan.Days)
        {
            var isReleased = true;
            foreach (var segment in await Retention.ListToReleaseAsync(day, cancellationToken))
            {
                if (!isReleased || await Retention.ListAllDueAsync(segment, rules, cancellationToken) is not { } tasks)
                {
                    isReleased = false;
                    continue;
                }

                await Retention.ReleaseAsync(segment, tasks, cancellationToken);
                removed += tasks.Count;
            }

            dropped += isReleased && await Retention.DropAsync(day, cancellationToken) ? 1 : 0;
        }

        foreach (var segment in plan.Segments)
            removed += (await Retention.RemoveAsync(segment, await Retention.ListDueAsync(segment, rules, cancellationToken), cancellationToken)).Count;
        return (removed, dropped);
    }
}
