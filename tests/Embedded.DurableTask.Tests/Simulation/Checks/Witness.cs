using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>
/// Sees all that storage accepts, and holds it against the rules: it folds the whole log from the first row on, knows which
/// activities have run and what clients have asked for, and finds fault with any record that does not follow from these.
/// </summary>
internal sealed partial class Witness(Verdict verdict)
{
    private readonly Dictionary<string, Versions> _versions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _arrived = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<InstanceStatus>> _replaceable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _purges = new(StringComparer.Ordinal);

    /// <summary>The fold of the whole log: what is durable.</summary>
    public HubState State { get; } = new();

    /// <summary>Every instance id there ever was.</summary>
    public IEnumerable<string> Ids => _versions.Keys.Where(id => id[0] != '@');

    /// <summary>How many executions have completed.</summary>
    public int Completed { get; private set; }

    /// <summary>The epoch of the latest owner.</summary>
    public long NewestEpoch { get; private set; }

    public bool IsOwner(SimulatedProcess process) => process.Epoch == NewestEpoch;

    /// <summary>The versions of an instance or an entity.</summary>
    public Versions VersionsOf(string key)
    {
        if (!_versions.TryGetValue(key, out var versions))
        {
            _versions[key] = versions = new Versions();
        }

        return versions;
    }

    /// <summary>How often an instance has been purged.</summary>
    public int PurgesOf(string instanceId) => _purges.GetValueOrDefault(instanceId);

    /// <summary>A client is about to start an instance.</summary>
    public void ExpectStart(string nonce, IReadOnlySet<InstanceStatus> replaceable) => _replaceable.Add(nonce, replaceable);

    /// <summary>A client is about to send something of this id.</summary>
    public void Expect(string id) => _asked.Add(id);

    public bool HasArrived(string id) => _arrived.Contains(id);
}
