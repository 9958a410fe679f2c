using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Limits;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Orchestrations;

/// <summary>
/// Sees one task through. The task row is the authority: the orchestration decides nothing, it only goes on asking until it hears
/// that the task is over, or that nothing is to be done for long. One run:
/// <list type="number">
/// <item>It is started with the task's id as its instance id; its input says which attempt comes first, 1 for a new task.</item>
/// <item>It calls <see cref="AttemptActivity"/> with id and attempt. The activity claims the attempt, has the agent do it, writes
/// the outcome into the row, and answers with a step. A plain task is over here: one orchestration, one activity.</item>
/// <item><see cref="AttemptNext.Again"/>: the attempt failed and is to be made again, or its time has not come. The orchestration
/// sleeps until then, or until the event <see cref="ChangedEvent"/> says that the row has changed, and asks for the attempt the step
/// names. <see cref="AttemptNext.Pending"/>, of older releases, is the same with <see cref="PendingCheck"/> as the time.</item>
/// <item><see cref="AttemptNext.Leave"/>: it ends. Whoever changes the task, or a wake that has come due, starts it again.</item>
/// <item><see cref="AttemptNext.Slot"/>: the type has a limit. The orchestration asks the <see cref="LimiterEntity"/> that the step names; while there is no
/// slot it sleeps until the event says that it is its turn. Then it asks the activity again, with the slots it has. A step may also name slots to
/// give back, as the attempt they were for is over: the limiter answers whose turn it is now, and <see cref="HandOverActivity"/> tells them.</item>
/// <item><see cref="AttemptNext.FollowUp"/>: the task is over and others wait for that. It calls <see cref="FollowUpActivity"/>, again
/// and again as that says, until all are told.</item>
/// <item>The activity itself cannot be carried out, mostly because storage is away: the platform tries it again a few times; after
/// that the orchestration sleeps a while and asks anew. It never gives a task up by itself.</item>
/// <item>After <see cref="RoundsPerHistory"/> rounds it continues as new, so that its history stays short; its input says who has been told so far.</item>
/// </list>
/// Only ids, integers and ticks are in its history.
/// </summary>
public static partial class TaskOrchestrator
{
    /// <summary>Raised for an instance when its task was changed by somebody else.</summary>
    public const string ChangedEvent = "TaskChanged";

    /// <summary>Rounds after which the history begins anew.</summary>
    public const int RoundsPerHistory = 50;

    /// <summary>How long a pending task is left alone when no event comes.</summary>
    public static readonly TimeSpan PendingCheck = TimeSpan.FromMinutes(5);

    /// <summary>How long it waits at least before it asks for the same attempt again.</summary>
    public static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits after the activity could not be carried out.</summary>
    public static readonly TimeSpan FaultDelay = TimeSpan.FromMinutes(1);

    /// <summary>The orchestration.</summary>
    [Function(nameof(TaskOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<TaskRun>() ?? new TaskRun(1);
        var attempt = run.Attempt;
        var log = context.CreateReplaySafeLogger(LogCategory);

        // One wait at a time: an abandoned one would swallow the next event.
        Task? changed = null;
        var slots = new SlotsHeld(0, []);
        var returned = 0L;
        for (var round = 0; round < RoundsPerHistory; round++)
        {
            var step = await AskAsync(context, attempt, slots);
            LogStep(log, attempt, context.InstanceId, step.Next, step.Attempt);
            if (step.Return is { } back && back.Ticket > returned)
            {
                await SlotSteps.ReturnAsync(context, back);
                returned = back.Ticket;
            }

            if (step.Next == AttemptNext.FollowUp)
            {
                if (await FollowUpAsync(context, run) is not { } rest)
                    return;
                run = rest;
                break;
            }

            if (step.Next is AttemptNext.Over or AttemptNext.Leave)
                return;
            if (step.Wish is { } wish)
            {
                attempt = step.Attempt;
                if (changed is null || changed.IsCompleted)
                    changed = context.WaitForExternalEvent<string>(ChangedEvent);
                slots = await AcquireAsync(context, wish, slots, WakeAt(context, step), changed);
                continue;
            }

            // The activity's clock may be behind: not faster than once a second for the same attempt.
            var wakeAt = WakeAt(context, step);
            if (step.Attempt == attempt && wakeAt < context.CurrentUtcDateTime + ShortestSleep)
                wakeAt = context.CurrentUtcDateTime + ShortestSleep;
            attempt = step.Attempt;
            if (changed is null || changed.IsCompleted)
                changed = context.WaitForExternalEvent<string>(ChangedEvent);
            await SleepAsync(context, wakeAt, changed);
        }

        context.ContinueAsNew(run with { Attempt = attempt });
    }

    private static async Task<AttemptStep> AskAsync(TaskOrchestrationContext context, int attempt, SlotsHeld slots)
    {
        var request = slots.Limiters.Count == 0
            ? new AttemptRequest(context.InstanceId, attempt)
            : new AttemptRequest(context.InstanceId, attempt) { Slots = slots.Limiters, Ticket = slots.Ticket };
        try
        {
            return await context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), request, ActivityRetries.Options);
        }
        catch (TaskFailedException)
        {
            return AttemptStep.Again(attempt, new DateTimeOffset(context.CurrentUtcDateTime + FaultDelay, TimeSpan.Zero));
        }
    }

    /// <summary>Asks for a slot, and waits until it is there, the time is up, or the task has changed.</summary>
    /// <returns>The slots that there are then for the attempt; asking the activity says whether they suffice.</returns>
    private static async Task<SlotsHeld> AcquireAsync(TaskOrchestrationContext context, SlotWish wish, SlotsHeld slots, DateTime wakeAt, Task changed)
    {
        // Those for another beginning are good for nothing.
        if (slots.Ticket != wish.Ticket)
            slots = new SlotsHeld(wish.Ticket, []);

        var outcome = await SlotSteps.AskAsync(context, wish);
        if (outcome is not SlotOutcome.Granted)
        {
            // The activity's clock may be behind.
            var soonest = context.CurrentUtcDateTime + (outcome is null ? FaultDelay : ShortestSleep);
            await SleepAsync(context, outcome is null || wakeAt < soonest ? soonest : wakeAt, changed);
            outcome = await SlotSteps.AskAsync(context, wish, isRepeated: true);
        }

        return outcome is SlotOutcome.Granted ? slots with { Limiters = [.. slots.Limiters.Append(wish.Limiter).Distinct()] } : slots;
    }

    /// <summary>Tells others. The activity gives a callback up by itself, so this ends; storage that is away is waited for.</summary>
    /// <returns>Null when all are told; else where to go on, as the history has become long.</returns>
    private static async Task<TaskRun?> FollowUpAsync(TaskOrchestrationContext context, TaskRun run)
    {
        var never = new TaskCompletionSource().Task;
        var request = new FollowUpRequest(context.InstanceId, Math.Max(1, run.FollowUpTry), run.ToldUpTo);
        for (var round = 0; round < RoundsPerHistory; round++)
        {
            try
            {
                var step = await context.CallActivityAsync<FollowUpStep>(nameof(FollowUpActivity), request, ActivityRetries.Options);
                if (step.IsDone)
                    return null;
                request = request with { Try = step.Try, After = step.After };
                await SleepAsync(context, new DateTime(step.DueAtTicks, DateTimeKind.Utc), never);
            }
            catch (TaskFailedException)
            {
                await SleepAsync(context, context.CurrentUtcDateTime + FaultDelay, never);
            }
        }

        return run with { FollowUpTry = request.Try, ToldUpTo = request.After };
    }

    private static DateTime WakeAt(TaskOrchestrationContext context, AttemptStep step) =>
        step.Next == AttemptNext.Pending
            ? context.CurrentUtcDateTime + PendingCheck
            : new DateTime(step.DueAtTicks, DateTimeKind.Utc);

    /// <summary>Timers of the real platform fire up to a second early, so the clock is asked after each.</summary>
    private static async Task SleepAsync(TaskOrchestrationContext context, DateTime until, Task changed)
    {
        while (context.CurrentUtcDateTime < until && !changed.IsCompleted)
        {
            using var timerIsNeeded = new CancellationTokenSource();
            var timer = context.CreateTimer(until, timerIsNeeded.Token);
            if (await Task.WhenAny(timer, changed) == changed)
                timerIsNeeded.Cancel();
        }
    }

    /// <summary>The slots there are for the beginning with a lease epoch.</summary>
    private sealed record SlotsHeld(long Ticket, IReadOnlyList<string> Limiters);
}
