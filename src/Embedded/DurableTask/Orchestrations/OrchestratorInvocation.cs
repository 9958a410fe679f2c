using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>
/// One run of an orchestrator function by the host. What surrounds the method (scope, middleware) may be truly asynchronous;
/// the method itself waits here until the turn calls it, and the surroundings wait until the execution is over or is
/// dropped from memory.
/// </summary>
internal sealed class OrchestratorInvocation
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<object?> _ended = new();
    private readonly OrchestratorContext _context;
    private Task<object?> _invocation = Task.FromResult<object?>(null);
    private Func<Task<object?>>? _method;
    private ExecutionContext? _flow;

    private OrchestratorInvocation(OrchestratorContext context) => _context = context;

    /// <summary>The method's own task; null until it has been called.</summary>
    public Task<object?>? Code { get; private set; }

    /// <summary>Begins the invocation and returns when it has come to the method, or has ended without.</summary>
    public static async Task<OrchestratorInvocation> BeginAsync(
        TriggeredFunction function, OrchestratorContext context, string? traceParent, CancellationToken cancellationToken)
    {
        var invocation = new OrchestratorInvocation(context);
        invocation._invocation = function.InvokeAsync(
            new TriggerInvocation
            {
                Value = context,
                BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = context.InstanceId },
                TraceParent = traceParent,
                IsTimed = false,
                AroundMethod = invocation.AroundAsync,
            },
            cancellationToken);
        await Task.WhenAny(invocation._reached.Task, invocation._invocation).WaitAsync(cancellationToken);
        return invocation;
    }

    /// <summary>Calls the method. Only the pump may do so.</summary>
    public void CallMethod()
    {
        if (_method is null)
        {
            Code = WithoutMethodAsync();
            return;
        }

        // What middleware has put on the flow (log scopes, async locals) is there for the method as if it were called plainly.
        if (_flow is null)
        {
            Code = _method();
        }
        else
        {
            ExecutionContext.Run(_flow, static self => ((OrchestratorInvocation)self!).Code = ((OrchestratorInvocation)self)._method!(), this);
        }
    }

    /// <summary>Lets the surroundings see the method's end, and gives what the host makes of it.</summary>
    public Task<object?> EndAsync()
    {
        if (Code!.IsCompletedSuccessfully)
        {
            _ended.TrySetResult(Code.Result);
        }
        else if (Code.IsCanceled)
        {
            _ended.TrySetCanceled();
        }
        else
        {
            _ended.TrySetException(Code.Exception!.InnerExceptions);
        }

        return _method is null ? Code : _invocation;
    }

    /// <summary>Lets the surroundings end although the method has not; to them it looks as if it had, without a result.</summary>
    public void Drop()
    {
        _ended.TrySetResult(null);
        _ = _invocation.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private Task<object?> AroundAsync(FunctionContext context, Func<Task<object?>> method)
    {
        _context.FunctionContext = context;
        _method = method;
        _flow = ExecutionContext.Capture();
        _reached.SetResult();
        return _ended.Task;
    }

    private async Task<object?> WithoutMethodAsync()
    {
        await _invocation;
        throw new InvalidOperationException($"A middleware ended the invocation of the orchestrator function '{_context.Name}' without calling it.");
    }
}
