using System.Diagnostics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Tracing;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Tracing;

public sealed class TaskTracesTests : IDisposable
{
    private static readonly AttemptLease _lease = new(2, 5, "holder", TimeSpan.FromMinutes(1));

    private readonly TaskRig _rig = new();
    private readonly TestTraces _traces = new();

    public void Dispose() => _traces.Dispose();

    [Fact]
    public async Task Submit_CallerHasATrace_SpanBelowTheCallersAndStoredWithTheTask()
    {
        var task = await StoreAsync(new TaskSubmission { Type = TestCatalog.Test, TraceParent = _traces.TraceParent, Input = """{"secret":1}""" });

        var span = _traces.Single(TaskTraces.SubmitName);
        Assert.Equal((ActivityKind.Producer, _traces.CallerSpan, ActivityStatusCode.Unset), (span.Kind, span.ParentSpanId, span.Status));
        Assert.Equal($"00-{_traces.Id}-{span.SpanId}-01", task.TraceParent);
        Assert.Equal($"orchestrator.outcome=created orchestrator.task.id={task.Id} orchestrator.task.type=test", TestTraces.Tags(span));
    }

    [Fact]
    public async Task Submit_InsideAFunctionOfTheSameTrace_SpanBelowTheFunctions()
    {
        using var function = new Activity("function").SetParentId(_traces.TraceParent).Start();

        await StoreAsync(new TaskSubmission { Type = TestCatalog.Test, TraceParent = _traces.TraceParent });

        Assert.Equal(function.SpanId, _traces.Single(TaskTraces.SubmitName).ParentSpanId);
    }

    [Fact]
    public async Task Submit_ByAMessageWithoutATrace_InThatOfTheFunction()
    {
        using var function = new Activity("function").SetParentId(_traces.TraceParent).Start();

        var task = await StoreAsync(new TaskSubmission { Type = TestCatalog.Test });

        Assert.StartsWith($"00-{_traces.Id}-", task.TraceParent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_KeyThatIsKnown_SpanNamesTheTaskAndItsTraceStays()
    {
        var submission = new TaskSubmission { Type = TestCatalog.Test, IdempotencyKey = "a", TraceParent = _traces.TraceParent };
        var first = await StoreAsync(submission);

        var second = await StoreAsync(submission);

        Assert.Equal(first, second);
        Assert.Equal(
            [$"orchestrator.outcome=created orchestrator.task.id={first.Id} orchestrator.task.type=test", $"orchestrator.outcome=existing orchestrator.task.id={first.Id} orchestrator.task.type=test"],
            _traces.Ended.Select(TestTraces.Tags));
    }

    [Fact]
    public async Task Attempt_Fails_SpanBelowTheSubmissionsWithTheCodeAsItsError()
    {
        var task = await StoreAsync(new TaskSubmission { Type = TestCatalog.Test, TraceParent = _traces.TraceParent });

        using (var trace = TaskTraces.StartAttempt(task, _lease))
            TaskTraces.EndAttempt(trace, new AttemptOutcome.Failed(new TaskError("broken", "The secret is 1."), IsRetryable: true));

        var span = _traces.Single(TaskTraces.AttemptName);
        Assert.Equal((ActivityKind.Consumer, _traces.Single(TaskTraces.SubmitName).SpanId), (span.Kind, span.ParentSpanId));
        Assert.Equal((ActivityStatusCode.Error, "broken"), (span.Status, span.StatusDescription));
        Assert.Equal($"error.type=broken orchestrator.attempt=2 orchestrator.outcome=failed orchestrator.task.id={task.Id} orchestrator.task.type=test", TestTraces.Tags(span));
    }

    [Fact]
    public async Task Attempt_OtherOutcomes_NoErrors()
    {
        var task = await StoreAsync(new TaskSubmission { Type = TestCatalog.Test, TraceParent = _traces.TraceParent });

        foreach (var outcome in new AttemptOutcome[] { new AttemptOutcome.Succeeded("1"), new AttemptOutcome.Stopped(), new AttemptOutcome.Deferred(TestTasks.Start), new AttemptOutcome.Pending() })
        {
            using var trace = TaskTraces.StartAttempt(task, _lease);
            TaskTraces.EndAttempt(trace, outcome);
        }

        Assert.Equal(
            ["succeeded Unset", "stopped Unset", "deferred Unset", "pending Unset"],
            _traces.Ended.Where(span => span.OperationName == TaskTraces.AttemptName).Select(span => $"{span.GetTagItem(TaskTraces.OutcomeTag)} {span.Status}"));
    }

    [Fact]
    public async Task Callback_Fails_SpanBelowTheSubmissionsWithTheCodeAsItsError()
    {
        var task = await StoreAsync(new TaskSubmission { Type = TestCatalog.Test, TraceParent = _traces.TraceParent });

        using (var trace = TaskTraces.StartCallback(task))
            TaskTraces.EndCallback(trace, new CallbackAnswer.Failed(new TaskError("callback_status", "It answered 500."), IsRetryable: true));

        var span = _traces.Single(TaskTraces.CallbackName);
        Assert.Equal((ActivityKind.Internal, _traces.Single(TaskTraces.SubmitName).SpanId), (span.Kind, span.ParentSpanId));
        Assert.Equal((ActivityStatusCode.Error, "callback_status"), (span.Status, span.StatusDescription));
        Assert.Equal($"error.type=callback_status orchestrator.outcome=failed orchestrator.task.id={task.Id} orchestrator.task.type=test", TestTraces.Tags(span));
    }

    private Task<TaskRecord> StoreAsync(TaskSubmission submission) => _rig.Submitter.StoreAsync(submission, CancellationToken.None);
}
