using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.TaskTypes;

/// <summary>
/// The task types of the program: what the API defines wins over files, files over code. Everything is kept in memory. While it
/// is in use it reads at most every 10 s what the API has changed elsewhere, behind the back of whoever asks; after a pause the first who
/// asks waits for that. A name that is not known is looked up at once.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing to free, and a look that goes on while the program stops may still release it.")]
public sealed partial class TaskTypeRegistry : ITaskTypeCatalog
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStale = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(2);
    private const int Tries = 20;
    private const int MaxAbsent = 1_000;
    private const int MaxPinned = 10_000;

    private readonly ConcurrentDictionary<(string Name, int Version), DefinedTaskType> _versions = new();
    private readonly ConcurrentDictionary<string, long> _absent = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _changing = new();
    private readonly ITaskTypeStore _store;
    private readonly AgentCatalog _agents;
    private readonly ITaskTypeFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskTypeRegistry> _logger;
    private volatile TaskTypeLayers? _layers;
    private long _readAt;

    /// <summary>Creates the registry; it reads when it is first asked.</summary>
    public TaskTypeRegistry(ITaskTypeStore store, AgentCatalog agents, ITaskTypeFiles files, TimeProvider time, ILogger<TaskTypeRegistry> logger)
    {
        _store = store;
        _agents = agents;
        _files = files;
        _time = time;
        _logger = logger;
    }

    /// <summary>Reads everything unless it has been read; stores what files and code define anew.</summary>
    /// <exception cref="TaskTypeFilesException">With every fault of the files.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken) => await CurrentAsync(cancellationToken);

    /// <summary>All types in force, by name.</summary>
    public async ValueTask<IReadOnlyList<DefinedTaskType>> ListDefinedAsync(CancellationToken cancellationToken) => (await CurrentAsync(cancellationToken)).All;

    /// <summary>The type in force; null when there is none.</summary>
    public async ValueTask<DefinedTaskType?> FindDefinedAsync(string name, CancellationToken cancellationToken)
    {
        var layers = await CurrentAsync(cancellationToken);
        return layers.TryGet(name, out var type) ? type : await FindUnknownAsync(name, cancellationToken);
    }

    /// <summary>A version, in force or not; null when there is none.</summary>
    public async ValueTask<DefinedTaskType?> FindVersionAsync(string name, int version, CancellationToken cancellationToken)
    {
        await CurrentAsync(cancellationToken);
        if (_versions.TryGetValue((name, version), out var known))
            return known;
        return AgentCatalog.IsName(name) && await _store.GetVersionAsync(name, version, cancellationToken) is { } stored ? Remember(stored) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TaskType>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await CurrentAsync(cancellationToken)).All.Select(type => type.Type)];

    /// <inheritdoc/>
    public async ValueTask<TaskType?> FindAsync(string name, CancellationToken cancellationToken) => (await FindDefinedAsync(name, cancellationToken))?.Type;

    /// <inheritdoc/>
    public async ValueTask<TaskType?> GetPinnedAsync(string name, int version, CancellationToken cancellationToken) =>
        (await FindVersionAsync(name, version, cancellationToken) ?? await FindDefinedAsync(name, cancellationToken))?.Type;

    /// <summary>Says what will not work with a definition although it is accepted.</summary>
    public IReadOnlyList<string> FindWarnings(TaskType type) => _agents.TryGetAgent(type.Capability, out _)
        ? []
        : [$"No agent here is capable of '{type.Capability}'. Tasks of this type fail until one is."];

    /// <summary>What is wrong with a definition, given the agents of this program.</summary>
    public IReadOnlyList<Fault> FindFaults(TaskType type) => [.. _agents.FindFaults(type)];

    /// <summary>Defines a type over the API.</summary>
    /// <param name="type">The definition; its version is not looked at.</param>
    /// <param name="mayReplace">Whether the version in force, null for none, is one that the caller wants to replace.</param>
    /// <exception cref="TaskTypeContendedException">Others were faster, again and again.</exception>
    public async Task<PutTaskTypeOutcome> PutAsync(TaskType type, Func<int?, bool> mayReplace, CancellationToken cancellationToken)
    {
        var layers = await CurrentAsync(cancellationToken);
        var document = TaskTypeWriter.Write(type);
        var hash = TaskTypeWriter.Hash(document);
        for (var i = 0; i < Tries; i++)
        {
            var api = await _store.GetApiAsync(type.Name, cancellationToken);
            var current = await InForceAsync(layers, type.Name, api, cancellationToken);
            if (!mayReplace(current?.Type.Version))
                return new PutTaskTypeOutcome.PreconditionFailed(current?.Type.Version);

            var versions = await _store.ListVersionsAsync(type.Name, cancellationToken);
            if (current?.Source == TaskTypeSource.Api && versions.Any(version => version.Version == api!.Version && version.Hash == hash))
                return new PutTaskTypeOutcome.Replaced(current);

            var stored = new StoredTaskType(type.Name, NextAfter(versions), TaskTypeSource.Api, _time.GetUtcNow(), hash, document);
            if (!await _store.PutAsync(stored, api, cancellationToken))
                continue;

            var defined = Remember(stored);
            Change(now => now.With(defined));
            LogChanged(type.Name, stored.Version, "the API");
            return current is null ? new PutTaskTypeOutcome.Created(defined) : new PutTaskTypeOutcome.Replaced(defined);
        }

        throw new TaskTypeContendedException(type.Name, Tries);
    }

    /// <summary>Deletes what the API has defined; uncovers what lies beneath.</summary>
    /// <param name="mayDelete">Whether the version in force is one that the caller wants to delete.</param>
    /// <exception cref="TaskTypeContendedException">Others were faster, again and again.</exception>
    public async Task<DeleteTaskTypeOutcome> DeleteAsync(string name, Func<int?, bool> mayDelete, CancellationToken cancellationToken)
    {
        var layers = await CurrentAsync(cancellationToken);
        for (var i = 0; i < Tries; i++)
        {
            var api = AgentCatalog.IsName(name) ? await _store.GetApiAsync(name, cancellationToken) : null;
            if (await InForceAsync(layers, name, api, cancellationToken) is not { } current)
                return new DeleteTaskTypeOutcome.NotFound();
            if (!mayDelete(current.Type.Version))
                return new DeleteTaskTypeOutcome.PreconditionFailed(current.Type.Version);
            if (current.Source != TaskTypeSource.Api)
                return new DeleteTaskTypeOutcome.NotDeletable(current.Source);
            if (!await _store.DeleteAsync(api!, _time.GetUtcNow(), cancellationToken))
                continue;

            Change(now => now.Without(name));
            LogDeleted(name, current.Type.Version);
            return new DeleteTaskTypeOutcome.Deleted();
        }

        throw new TaskTypeContendedException(name, Tries);
    }

    private async Task<DefinedTaskType?> InForceAsync(TaskTypeLayers layers, string name, ApiTaskType? api, CancellationToken cancellationToken) =>
        api is { Version: > 0 } ? await RequireAsync(api, cancellationToken) : layers.Beneath.GetValueOrDefault(name);

    private async ValueTask<DefinedTaskType> RequireAsync(ApiTaskType api, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((api.Name, api.Version), out var known))
            return known;
        var stored = await _store.GetVersionAsync(api.Name, api.Version, cancellationToken)
            ?? throw new InvalidDataException($"Version {api.Version} of task type '{api.Name}' is in force and is not stored; something other than the orchestrator removed it.");
        return Remember(stored);
    }

    private DefinedTaskType Remember(StoredTaskType stored)
    {
        var type = TaskTypeReader.ReadStored(stored.Document, stored.Name, stored.Version);
        var checkInput = _agents.TryGetTaskType(type.Capability, out var own) ? own.CheckInput : null;
        var defined = new DefinedTaskType(type with { CheckInput = checkInput }, stored.Source, stored.CreatedAt);
        if (_versions.Count >= MaxPinned)
            _versions.Clear();
        return _versions.GetOrAdd((stored.Name, stored.Version), defined);
    }

    private void Change(Func<TaskTypeLayers, TaskTypeLayers> change)
    {
        lock (_changing)
            _layers = change(_layers!);
    }

    private static int NextAfter(IEnumerable<TaskTypeVersion> versions) => versions.Select(version => version.Version).DefaultIfEmpty().Max() + 1;
}
