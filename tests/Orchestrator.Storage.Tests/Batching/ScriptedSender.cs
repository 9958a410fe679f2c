using Azure.Data.Tables;
using Orchestrator.Storage.Batching;

namespace Orchestrator.Storage.Tests.Batching;

/// <summary>
/// A table service in memory that answers as scripted: each sending takes the next script, and after the last one works
/// as it should. Keeps what was sent.
/// </summary>
internal sealed class ScriptedSender : ITransactionSender
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (TableEntity Row, string Version)> _rows = new(StringComparer.Ordinal);
    private readonly Queue<Func<IReadOnlyList<RowOperation>, Task<TransactionResult>>> _script = new();
    private int _version;

    public List<string[]> Sent { get; } = [];

    public List<string> CreatedTables { get; } = [];

    public bool AreReadsBroken { get; set; }

    public IReadOnlyCollection<string> Rows => _rows.Keys;

    public ScriptedSender Then(Func<IReadOnlyList<RowOperation>, Task<TransactionResult>> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public ScriptedSender Then(TransactionResult answer) => Then(_ => Task.FromResult(answer));

    /// <summary>Applies the transaction and loses the answer.</summary>
    public ScriptedSender ThenApplyButLoseTheAnswer() => Then(operations =>
    {
        Apply(operations);
        return Task.FromResult<TransactionResult>(new TransactionResult.Unclear(new IOException("reset")));
    });

    public Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken)
    {
        Func<IReadOnlyList<RowOperation>, Task<TransactionResult>>? answer;
        lock (_lock)
        {
            Sent.Add([.. operations.Select(operation => operation.RowKey)]);
            _script.TryDequeue(out answer);
        }

        return answer is null ? Task.FromResult(Apply(operations)) : answer(operations);
    }

    public Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return AreReadsBroken
                ? throw new IOException("reads are broken")
                : Task.FromResult(_rows.TryGetValue(rowKey, out var row) ? row.Row.GetString(BatchingWriter.WriteIdColumn) ?? "" : null);
        }
    }

    public Task CreateTableAsync(string table, CancellationToken cancellationToken)
    {
        CreatedTables.Add(table);
        return Task.CompletedTask;
    }

    public TransactionResult Apply(IReadOnlyList<RowOperation> operations)
    {
        lock (_lock)
        {
            foreach (var (index, operation) in operations.Index())
            {
                var isThere = _rows.TryGetValue(operation.RowKey, out var row);
                var status = operation.Kind switch
                {
                    RowOperationKind.Insert => isThere ? 409 : 0,
                    RowOperationKind.Merge => !isThere ? 404 : operation.Version != "*" && operation.Version != row.Version ? 412 : 0,
                    _ => isThere ? 0 : 404,
                };
                if (status != 0)
                    return new TransactionResult.Refused(index, status, new InvalidOperationException($"{status}"));
            }

            return new TransactionResult.Committed([.. operations.Select(Apply)]);
        }
    }

    private string Apply(RowOperation operation)
    {
        if (operation.Kind is RowOperationKind.Delete or RowOperationKind.DeleteIfExists)
        {
            _rows.Remove(operation.RowKey);
            return "";
        }

        var version = $"v{++_version}";
        _rows[operation.RowKey] = (operation.Row, version);
        return version;
    }
}
