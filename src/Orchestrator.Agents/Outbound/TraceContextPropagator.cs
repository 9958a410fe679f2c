using System.Diagnostics;

namespace Orchestrator.Agents.Outbound;

/// <summary>Passes on the W3C trace context, so that what others do appears in the same trace, and nothing else: baggage may hold what is not for them.</summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    public override IReadOnlyCollection<string> Fields { get; } = [Parent, State];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || setter is null)
            return;

        setter(carrier, Parent, id);
        if (!string.IsNullOrEmpty(activity.TraceStateString))
            setter(carrier, State, activity.TraceStateString);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
