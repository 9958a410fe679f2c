using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Attempts;

/// <summary>What attempts say, as rows beside their task's.</summary>
internal sealed class TableAttemptStore : IAttemptStore
{
    private const string Attempt = "Attempt";
    private const string Epoch = "Epoch";
    private const string At = "At";
    private const string Percent = "Percent";
    private const string Text = "Text";
    private const string Details = "Details";

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly DayTables _tables;

    public TableAttemptStore(BatchingWriter writer, TableReader reader, TableClients clients, DayTables tables)
    {
        _writer = writer;
        _reader = reader;
        _clients = clients;
        _tables = tables;
    }

    public async Task ReportAsync(TaskId task, AttemptReport report, CancellationToken cancellationToken)
    {
        // A merge cannot take a column away, so every column is written.
        var row = new TableEntity(TaskKeys.Partition(task.Shard), TaskKeys.Report(task))
        {
            [TaskColumns.Schema] = TaskRow.SchemaVersion,
            [Attempt] = report.Attempt,
            [Epoch] = report.Epoch,
            [At] = report.At,
            [Percent] = report.Percent ?? -1,
            [Text] = report.Text ?? "",
            [Details] = report.Details ?? "",
        };
        try
        {
            await _clients.Reading(_tables.NameOf(task)).UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    public async Task<StoredReport?> GetReportAsync(TaskId task, CancellationToken cancellationToken)
    {
        if (await _reader.GetAsync(_tables.NameOf(task), TaskKeys.Partition(task.Shard), TaskKeys.Report(task), cancellationToken) is not { } found)
            return null;

        var row = found.Row;
        var report = new AttemptReport(row.RequireNumber(Attempt), row.GetInt64(Epoch) ?? 0, row.RequireTime(At))
        {
            Percent = row.GetInt32(Percent) is { } percent and >= 0 ? percent : null,
            Text = row.GetString(Text) is { Length: > 0 } text ? text : null,
            Details = row.GetString(Details) is { Length: > 0 } details ? details : null,
        };
        return new StoredReport(report, found.Age);
    }

    public async Task<bool> AddLogAsync(TaskId task, AttemptLog log, CancellationToken cancellationToken)
    {
        var row = RowOperation.Insert(AttemptLogRow.Create(task, log));
        var group = new RowGroup(_tables.NameOf(task), TaskKeys.Partition(task.Shard), [row], 0) { NeedsTable = true };
        return await _writer.WriteAsync(group, cancellationToken) is RowGroupOutcome.Written;
    }

    public async Task<IReadOnlyList<AttemptLogLine>> GetLogAsync(TaskId task, int attempt, CancellationToken cancellationToken)
    {
        var prefix = TaskKeys.LogPrefix(task, attempt);
        var lines = new List<AttemptLogLine>();
        await foreach (var row in _reader.QueryAsync(_tables.NameOf(task), TaskKeys.Partition(task.Shard), prefix, TaskKeys.After(prefix), cancellationToken: cancellationToken))
            lines.AddRange(AttemptLogRow.Read(row));

        return lines;
    }
}
