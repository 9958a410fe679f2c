using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>What something has looked like in durable state, one version after another, so that answers can be held against it.</summary>
internal sealed class Versions
{
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal) { [""] = 0 };

    /// <summary>The number of the present version; 0 is that of what never was.</summary>
    public int Present { get; private set; }

    public static string Of(OrchestrationState? instance) =>
        instance is null ? "" : Of(InstanceViews.Of(instance, withPayloads: true));

    /// <summary>An answer without payloads does not show how an instance has ended.</summary>
    public static string Of(InstanceView? view) =>
        view is null ? "" : $"{view.ExecutionId} {view.Status} {view.LastUpdatedAt.Ticks}";

    public void Add(string look) => _last[look] = ++Present;

    /// <summary>The last version that looked like this, or null when there never was one.</summary>
    public int? NumberOf(string look) => _last.TryGetValue(look, out var number) ? number : null;
}
