using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.TaskTypes;

/// <summary>Task types in Table Storage: a row for each version, and one for each name that says which is in force by the API.</summary>
internal sealed class TableTaskTypeStore : ITaskTypeStore
{
    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly string _table;

    public TableTaskTypeStore(BatchingWriter writer, TableReader reader, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _table = clients.NameOf(TaskTypeKeys.Table);
    }

    public async Task<IReadOnlyList<ApiTaskType>> ListApiAsync(CancellationToken cancellationToken)
    {
        var found = new List<ApiTaskType>();
        var rows = _reader.QueryAllAsync(_table, TaskTypeKeys.Current, TaskTypeKeys.AfterCurrent, TaskTypeRows.CurrentColumns, cancellationToken);
        await foreach (var row in rows)
        {
            if (TaskTypeRows.ReadCurrent(row) is { Version: > 0 } current)
                found.Add(current);
        }

        return found;
    }

    public async Task<ApiTaskType?> GetApiAsync(string name, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_table, TaskTypeKeys.Partition(name), TaskTypeKeys.Current, cancellationToken) is { } found ? TaskTypeRows.ReadCurrent(found.Row) : null;

    public async Task<IReadOnlyList<TaskTypeVersion>> ListVersionsAsync(string? name, CancellationToken cancellationToken)
    {
        var rows = name is null
            ? _reader.QueryAllAsync(_table, TaskTypeKeys.FirstVersion, TaskTypeKeys.AfterVersions, TaskTypeRows.VersionColumns, cancellationToken)
            : _reader.QueryAsync(
                _table, TaskTypeKeys.Partition(name), TaskTypeKeys.FirstVersion, TaskTypeKeys.AfterVersions, columns: TaskTypeRows.VersionColumns, cancellationToken: cancellationToken);
        var found = new List<TaskTypeVersion>();
        await foreach (var row in rows)
            found.Add(TaskTypeRows.ReadVersion(row));
        return found;
    }

    public async Task<StoredTaskType?> GetVersionAsync(string name, int version, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_table, TaskTypeKeys.Partition(name), TaskTypeKeys.Version(version), cancellationToken) is { } found ? TaskTypeRows.Read(found.Row) : null;

    public Task<bool> AddVersionAsync(StoredTaskType version, CancellationToken cancellationToken) =>
        WriteAsync(version.Name, [RowOperation.Insert(TaskTypeRows.Of(version))], cancellationToken);

    public Task<bool> PutAsync(StoredTaskType version, ApiTaskType? expected, CancellationToken cancellationToken)
    {
        var current = TaskTypeRows.Current(version.Name, version.Version, version.CreatedAt);
        var change = expected is null ? RowOperation.Insert(current) : RowOperation.Merge(current, expected.Tag);
        return WriteAsync(version.Name, [RowOperation.Insert(TaskTypeRows.Of(version)), change], cancellationToken);
    }

    public Task<bool> DeleteAsync(ApiTaskType expected, DateTimeOffset at, CancellationToken cancellationToken) =>
        WriteAsync(expected.Name, [RowOperation.Merge(TaskTypeRows.Current(expected.Name, 0, at), expected.Tag)], cancellationToken);

    private async Task<bool> WriteAsync(string name, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new RowGroup(_table, TaskTypeKeys.Partition(name), operations, Anchor: 0), cancellationToken) is RowGroupOutcome.Written;
}
