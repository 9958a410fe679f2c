using System.Diagnostics;
using Orchestrator.Functions.Submissions;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tracing;

/// <summary>
/// The spans of a task, all in the trace of whoever submitted it: the context of the submission is stored with the task, and attempts and callbacks are its
/// children. None comes from an orchestration, which runs its code again. W3C ids; attributes tell ids and codes, never inputs, outputs or addresses.
/// </summary>
internal static class TaskTraces
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Orchestrator";

    /// <summary>A submission is stored. Producer; parent: the function that took it in if it is in the caller's trace, else the caller.</summary>
    public const string SubmitName = "task.submit";

    /// <summary>An agent makes an attempt. Consumer.</summary>
    public const string AttemptName = "task.attempt";

    /// <summary>The end of a task is called back. Internal; the call itself is a client span below it.</summary>
    public const string CallbackName = "task.callback";

    public const string TaskIdTag = "orchestrator.task.id";
    public const string TaskTypeTag = "orchestrator.task.type";
    public const string AttemptTag = "orchestrator.attempt";
    public const string OutcomeTag = "orchestrator.outcome";
    public const string ErrorTag = "error.type";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Null: nobody listens.</summary>
    public static Activity? StartSubmit(TaskSubmission submission)
    {
        var caller = Parse(submission.TraceParent);
        var isCurrents = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current && (caller == default || current.TraceId == caller.TraceId);

        // Without a context the current span is the parent, and can be asked for its own.
        return _source.StartActivity(SubmitName, ActivityKind.Producer, isCurrents ? default : caller)?.SetTag(TaskTypeTag, submission.Type.Name);
    }

    public static void EndSubmit(Activity? trace, SubmittedTask task) =>
        trace?.SetTag(TaskIdTag, task.Task.Id.ToString()).SetTag(OutcomeTag, task.IsNew ? "created" : "existing");

    /// <summary>Null: nobody listens, and the task is in no trace.</summary>
    public static Activity? StartAttempt(TaskRecord task, AttemptLease lease) =>
        Start(AttemptName, ActivityKind.Consumer, task)?.SetTag(AttemptTag, lease.Number);

    public static void EndAttempt(Activity? trace, AttemptOutcome outcome)
    {
        trace?.SetTag(OutcomeTag, outcome switch
        {
            AttemptOutcome.Succeeded => "succeeded",
            AttemptOutcome.Failed => "failed",
            AttemptOutcome.Stopped => "stopped",
            AttemptOutcome.Deferred => "deferred",
            _ => "pending",
        });
        if (outcome is AttemptOutcome.Failed { Error.Code: var code })
            Fail(trace, code);
    }

    /// <summary>Null: nobody listens, and the task is in no trace.</summary>
    public static Activity? StartCallback(TaskRecord task) => Start(CallbackName, ActivityKind.Internal, task);

    public static void EndCallback(Activity? trace, CallbackAnswer answer)
    {
        trace?.SetTag(OutcomeTag, answer is CallbackAnswer.Delivered ? "delivered" : "failed");
        if (answer is CallbackAnswer.Failed { Error.Code: var code })
            Fail(trace, code);
    }

    private static Activity? Start(string name, ActivityKind kind, TaskRecord task)
    {
        var parent = Parse(task.TraceParent);
        var trace = _source.StartActivity(name, kind, parent);
        if (trace is null && parent != default)
        {
            // Nobody listens here, but those whom we call may.
            trace = new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        }

        return trace?.SetTag(TaskIdTag, task.Id.ToString()).SetTag(TaskTypeTag, task.Type);
    }

    /// <summary>The code alone: messages may quote what is not for everybody.</summary>
    private static void Fail(Activity? trace, string code) => trace?.SetTag(ErrorTag, code).SetStatus(ActivityStatusCode.Error, code);

    private static ActivityContext Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context) ? context : default;
}
