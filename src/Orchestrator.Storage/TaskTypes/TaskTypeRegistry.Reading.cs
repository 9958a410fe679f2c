using System.Collections.Immutable;
using Orchestrator.Agents;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.TaskTypes;

/// <content>What is read, and when.</content>
public sealed partial class TaskTypeRegistry
{
    private async ValueTask<TaskTypeLayers> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_layers is { } layers)
        {
            var age = _time.GetElapsedTime(Interlocked.Read(ref _readAt));
            if (age < RefreshInterval)
                return layers;
            if (age < LongestStale)
            {
                if (_reading.CurrentCount > 0)
                    _ = RefreshAsync(CancellationToken.None);
                return layers;
            }
        }

        await RefreshAsync(cancellationToken);
        return _layers!;
    }

    /// <summary>Reads what is due. Whoever comes while another reads waits for that one and finds nothing due.</summary>
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_layers is null)
                await ReadAllAsync(cancellationToken);
            else if (_time.GetElapsedTime(_readAt) >= RefreshInterval)
                await ReadApiAsync(cancellationToken);
        }
        catch (Exception exception) when (_layers is not null && !cancellationToken.IsCancellationRequested)
        {
            // What is known still serves; the next look comes after the usual time.
            LogNotRefreshed(exception);
            Interlocked.Exchange(ref _readAt, _time.GetTimestamp());
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        var files = _files.Read();
        var began = _time.GetTimestamp();
        var versions = (await _store.ListVersionsAsync(name: null, cancellationToken)).ToLookup(version => version.Name, StringComparer.Ordinal);
        var code = await Task.WhenAll(_agents.TaskTypes.Select(type => EnsureStoredAsync(type, TaskTypeSource.Code, [.. versions[type.Name]], cancellationToken)));
        var beneath = code.ToImmutableDictionary(type => type.Type.Name, StringComparer.Ordinal);

        // After those of code: both may write to the same name.
        var fromFiles = await Task.WhenAll(files.Select(type => EnsureStoredAsync(type, TaskTypeSource.File, [.. versions[type.Name]], cancellationToken)));
        beneath = beneath.SetItems(fromFiles.Select(type => KeyValuePair.Create(type.Type.Name, type)));

        var layers = new TaskTypeLayers(beneath, await ReadApiTypesAsync(cancellationToken));
        LogLoaded(layers.All.Count, string.Join(", ", layers.All.Select(type => type.Type.Name)));
        Interlocked.Exchange(ref _readAt, began);
        _layers = layers;
    }

    private async Task ReadApiAsync(CancellationToken cancellationToken)
    {
        var before = _layers!;
        var began = _time.GetTimestamp();
        var api = await ReadApiTypesAsync(cancellationToken);
        lock (_changing)
        {
            // What was put or deleted here meanwhile may not have been seen yet: the next look sees it.
            if (ReferenceEquals(_layers, before))
                _layers = new TaskTypeLayers(before.Beneath, api);
        }

        Interlocked.Exchange(ref _readAt, began);
    }

    private async Task<ImmutableDictionary<string, DefinedTaskType>> ReadApiTypesAsync(CancellationToken cancellationToken)
    {
        var current = await _store.ListApiAsync(cancellationToken);
        var types = await Task.WhenAll(current.Select(api => RequireAsync(api, cancellationToken).AsTask()));
        return types.ToImmutableDictionary(type => type.Type.Name, StringComparer.Ordinal);
    }

    /// <summary>Gives a definition of a file or of code its version: that of the newest of its source if it is the same, else a new one.</summary>
    private async Task<DefinedTaskType> EnsureStoredAsync(TaskType type, TaskTypeSource source, IReadOnlyList<TaskTypeVersion> versions, CancellationToken cancellationToken)
    {
        var document = TaskTypeWriter.Write(type);
        var hash = TaskTypeWriter.Hash(document, source == TaskTypeSource.Code ? type.Version : null);
        for (var i = 0; i < Tries; i++)
        {
            if (versions.LastOrDefault(version => version.Source == source) is { } newest && newest.Hash == hash)
                return Remember(new StoredTaskType(type.Name, newest.Version, source, newest.CreatedAt, hash, document));

            var stored = new StoredTaskType(type.Name, NextAfter(versions), source, _time.GetUtcNow(), hash, document);
            if (await _store.AddVersionAsync(stored, cancellationToken))
                return Remember(stored);
            versions = await _store.ListVersionsAsync(type.Name, cancellationToken);
        }

        throw new Errors.TaskTypeContendedException(type.Name, Tries);
    }

    /// <summary>A name that nobody here knows may have been defined elsewhere a moment ago.</summary>
    private async Task<DefinedTaskType?> FindUnknownAsync(string name, CancellationToken cancellationToken)
    {
        if (!AgentCatalog.IsName(name) || (_absent.TryGetValue(name, out var at) && _time.GetElapsedTime(at) < AbsentFor))
            return null;
        if (await _store.GetApiAsync(name, cancellationToken) is { Version: > 0 } api)
        {
            var found = await RequireAsync(api, cancellationToken);
            Change(now => now.With(found));
            return found;
        }

        if (_absent.Count >= MaxAbsent)
            _absent.Clear();
        _absent[name] = _time.GetTimestamp();
        return null;
    }
}
