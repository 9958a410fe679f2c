using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Orchestrator.Secrets;

namespace Orchestrator.Schemas;

/// <summary>One value being held against one schema: where we are in the value, what was found, and how much work is left.</summary>
/// <param name="mask">The fields in which a value that was masked fits whatever is demanded.</param>
internal sealed class SchemaRun(int maxFaults, long maxSteps, FieldMask? mask = null)
{
    private readonly List<(string? Name, int Index)> _path = [];
    private List<Fault> _faults = [];
    private int _limit = maxFaults;
    private int _from;
    private long _stepsLeft = maxSteps;

    /// <summary>What was found.</summary>
    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Whether the work was too much; then what was found does not count.</summary>
    public bool IsExhausted => _stepsLeft < 0;

    /// <summary>Whether looking further changes nothing.</summary>
    public bool IsOver => _faults.Count >= _limit || IsExhausted;

    /// <summary>Takes work from what is allowed; false when there is no more.</summary>
    public bool Spend(long steps)
    {
        // A stack that runs out would end the process: so deep a nesting counts as too much work.
        _stepsLeft = RuntimeHelpers.TryEnsureSufficientExecutionStack() ? _stepsLeft - steps : -1;
        return !IsExhausted;
    }

    /// <summary>Whether the value at hand is one that was masked before: nobody knows any more whether it fits.</summary>
    public bool IsWithheld(JsonElement value) =>
        mask is { IsNone: false } && mask.IsWithheld(_path.Select(part => part.Name ?? part.Index.ToString(CultureInfo.InvariantCulture)), value);

    public void Enter(string name) => _path.Add((name, 0));

    public void Enter(int index) => _path.Add((null, index));

    public void Leave() => _path.RemoveAt(_path.Count - 1);

    /// <summary>Notes a fault of the value at hand.</summary>
    public void Add(string message)
    {
        if (!IsOver)
            _faults.Add(new Fault(Pointer(), message));
    }

    /// <summary>Notes a fault of a property, which may be missing.</summary>
    public void Add(string property, string message)
    {
        Enter(property);
        Add(message);
        Leave();
    }

    /// <summary>Holds the value at hand against another schema without noting its faults.</summary>
    /// <returns>The first fault, its pointer from the value at hand; null when there is none.</returns>
    public Fault? Probe(SchemaNode node, JsonElement value)
    {
        var (faults, limit, from) = (_faults, _limit, _from);
        (_faults, _limit, _from) = ([], 1, _path.Count);
        node.Check(value, this);
        var found = _faults.FirstOrDefault();
        (_faults, _limit, _from) = (faults, limit, from);
        return found;
    }

    private string Pointer()
    {
        var pointer = new StringBuilder();
        foreach (var (name, index) in _path.Skip(_from))
        {
            pointer.Append('/');
            if (name is null)
                pointer.Append(index);
            else
                pointer.Append(JsonPointer.Escape(name));
        }

        return pointer.ToString();
    }
}
