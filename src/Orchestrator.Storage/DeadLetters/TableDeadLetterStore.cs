using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.DeadLetters;

/// <summary>Dead letters in Table Storage: a row each, its body in columns of up to 32 Ki characters.</summary>
internal sealed class TableDeadLetterStore : IDeadLetterStore
{
    private const int BodyColumns = 4;
    private const int ReasonCharacters = 4_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly string _table;

    public TableDeadLetterStore(BatchingWriter writer, TableReader reader, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _table = clients.NameOf(DeadLetterKeys.Table);
    }

    public async Task<bool> AddAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        var partition = DeadLetterKeys.Partition(deadLetter.Source);
        var group = new RowGroup(_table, partition, [RowOperation.Insert(ToRow(partition, deadLetter))], 0);
        return await _writer.WriteAsync(group, cancellationToken) is RowGroupOutcome.Written;
    }

    public async Task<IReadOnlyList<DeadLetter>> ListAsync(string source, int limit, CancellationToken cancellationToken)
    {
        var deadLetters = new List<DeadLetter>();
        var rows = _reader.QueryAsync(_table, DeadLetterKeys.Partition(source), "0", ":", pageSize: Math.Min(limit, 1_000), cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            deadLetters.Add(Read(row));
            if (deadLetters.Count == limit)
                break;
        }

        return deadLetters;
    }

    private static TableEntity ToRow(string partition, DeadLetter deadLetter)
    {
        var row = new TableEntity(partition, DeadLetterKeys.Row(deadLetter.ArrivedAt, deadLetter.Id))
        {
            ["Schema"] = 1,
            ["Source"] = deadLetter.Source,
            ["Id"] = deadLetter.Id,
            ["ArrivedAt"] = deadLetter.ArrivedAt,
            ["DeadAt"] = deadLetter.DeadAt,
            ["Code"] = deadLetter.Code,
            ["Reason"] = Cut(deadLetter.Reason, ReasonCharacters),
            ["DeliveryCount"] = deadLetter.DeliveryCount,
        };
        if (deadLetter.Faults.Count > 0)
            row["Faults"] = JsonSerializer.Serialize(FaultsThatFit(deadLetter.Faults), Json);
        foreach (var (index, part) in TextColumns.Split(deadLetter.Body).Take(BodyColumns).Index())
            row["Body" + index] = part;
        return row;
    }

    private static DeadLetter Read(TableEntity row) => new()
    {
        Source = row.RequireText("Source"),
        Id = row.RequireText("Id"),
        ArrivedAt = row.RequireTime("ArrivedAt"),
        DeadAt = row.RequireTime("DeadAt"),
        Code = row.RequireText("Code"),
        Reason = row.RequireText("Reason"),
        DeliveryCount = row.GetInt32("DeliveryCount") ?? 1,
        Faults = row.GetString("Faults") is { } faults ? JsonSerializer.Deserialize<Fault[]>(faults, Json)! : [],
        Body = string.Concat(Enumerable.Range(0, BodyColumns).Select(index => row.GetString("Body" + index))),
    };

    /// <summary>As many faults as surely fit in a column, whatever their texts escape to.</summary>
    private static IEnumerable<Fault> FaultsThatFit(IReadOnlyList<Fault> faults)
    {
        var size = 2;
        return faults.TakeWhile(fault => (size += 64 + (6 * (fault.Pointer.Length + fault.Message.Length))) <= RowLimits.StringCharacters);
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
