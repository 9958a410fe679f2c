using System.Collections.ObjectModel;
using System.Diagnostics;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

/// <summary>The <see cref="FunctionContext"/> of one invocation.</summary>
internal sealed class InvocationContext : FunctionContext
{
    public InvocationContext(
        string invocationId, FunctionDefinition definition, TriggerInvocation invocation, Activity activity, IServiceProvider services, CancellationToken cancellationToken)
    {
        InvocationId = invocationId;
        FunctionDefinition = definition;
        Invocation = invocation;
        InstanceServices = services;
        CancellationToken = cancellationToken;
        BindingContext = new TriggerBindings(invocation.BindingData ?? ReadOnlyDictionary<string, object?>.Empty);
        RetryContext = new Retries(invocation.RetryCount);
        TraceContext = new ActivityTrace(activity);
    }

    public override string InvocationId { get; }

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext { get; }

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition { get; }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    public TriggerInvocation Invocation { get; }

    private sealed class TriggerBindings(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    /// <summary>The limit is the trigger's own affair, so 0 stands for none, as on the real platform without a retry policy.</summary>
    private sealed class Retries(int count) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => 0;
    }

    private sealed class ActivityTrace(Activity activity) : TraceContext
    {
        public override string TraceParent => activity.Id ?? "";

        public override string TraceState => activity.TraceStateString ?? "";
    }
}
