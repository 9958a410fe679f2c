using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.TaskTypes;

/// <summary>All task types at one moment: what the API has defined lies over what files and code have.</summary>
/// <param name="Beneath">Of files and code, the stronger of both.</param>
/// <param name="Api">Of the API.</param>
internal sealed record TaskTypeLayers(ImmutableDictionary<string, DefinedTaskType> Beneath, ImmutableDictionary<string, DefinedTaskType> Api)
{
    /// <summary>The type in force.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out DefinedTaskType? type) => Api.TryGetValue(name, out type) || Beneath.TryGetValue(name, out type);

    /// <summary>All types in force, by name.</summary>
    public IReadOnlyList<DefinedTaskType> All { get; } =
        [.. Beneath.Values.Where(type => !Api.ContainsKey(type.Type.Name)).Concat(Api.Values).OrderBy(type => type.Type.Name, StringComparer.Ordinal)];

    public TaskTypeLayers With(DefinedTaskType api) => new(Beneath, Api.SetItem(api.Type.Name, api));

    public TaskTypeLayers Without(string name) => new(Beneath, Api.Remove(name));
}
