using System.Runtime.CompilerServices;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Log;

/// <summary>A log in memory whose insertions can be made to fail before or after they are applied.</summary>
internal sealed class FaultyLogStore : ILogStore
{
    private readonly SortedDictionary<LogPosition, LogRow> _rows = [];

    public IReadOnlyCollection<LogRow> Rows => _rows.Values;

    /// <summary>What happens to the next insertions, in order; those after succeed.</summary>
    public Queue<Fault> Faults { get; } = new();

    /// <summary>Called before each insertion is applied.</summary>
    public Action<LogRow>? BeforeInsert { get; set; }

    /// <summary>How many insertions were tried.</summary>
    public int Insertions { get; private set; }

    /// <summary>Puts a row there as another owner would have.</summary>
    public void Put(LogRow row) => _rows[row.At] = row;

    /// <summary>While it is set, insertions wait for it.</summary>
    public Task? Hold { get; set; }

    public async Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        Insertions++;
        await (Hold ?? Task.CompletedTask);
        BeforeInsert?.Invoke(row);
        var fault = Faults.TryDequeue(out var next) ? next : Fault.None;
        if (fault == Fault.Lost)
        {
            throw new StorageFaultException("the insertion", new TimeoutException("lost"));
        }

        if (!_rows.TryAdd(row.At, row))
        {
            throw new RowTakenException(row.At, new InvalidOperationException());
        }

        if (fault == Fault.AppliedThenLost)
        {
            throw new StorageFaultException("the insertion", new TimeoutException("applied, then lost"));
        }
    }

    public Task<string?> GetWriteIdAsync(LogPosition at, CancellationToken cancellationToken) => Task.FromResult(_rows.GetValueOrDefault(at)?.WriteId);

    public async IAsyncEnumerable<LogRow> ReadAsync(LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in _rows.Values.Where(r => r.At.Epoch == from.Epoch && r.At >= from).ToList())
        {
            await Task.Yield();
            yield return row;
        }
    }

    public Task CutAsync(LogPosition before, CancellationToken cancellationToken)
    {
        foreach (var row in _rows.Values.Where(r => r.At.Epoch == before.Epoch && r.At < before && !r.IsSeal).ToList())
        {
            _rows.Remove(row.At);
        }

        return Task.CompletedTask;
    }
}

internal enum Fault
{
    None,
    Lost,
    AppliedThenLost,
}
