using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Simulation.Sabotage;

/// <summary>A log store that does all it should; its heirs do not.</summary>
internal abstract class SabotagedLog(ILogStore inner) : ILogStore
{
    protected ILogStore Inner => inner;

    public virtual Task InsertAsync(LogRow row, CancellationToken cancellationToken) => inner.InsertAsync(row, cancellationToken);

    public virtual Task<string?> GetWriteIdAsync(LogPosition at, CancellationToken cancellationToken) => inner.GetWriteIdAsync(at, cancellationToken);

    public IAsyncEnumerable<LogRow> ReadAsync(LogPosition from, CancellationToken cancellationToken) => inner.ReadAsync(from, cancellationToken);

    public virtual Task CutAsync(LogPosition before, CancellationToken cancellationToken) => inner.CutAsync(before, cancellationToken);
}

/// <summary>Says that a row was written although its place is taken.</summary>
internal sealed class LogThatIgnoresSeals(ILogStore inner) : SabotagedLog(inner)
{
    public override async Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        try
        {
            await Inner.InsertAsync(row, cancellationToken);
        }
        catch (RowTakenException) when (!row.IsSeal)
        {
            // It is not there.
        }
    }
}

/// <summary>Says that a row is there before it is: what waits for the commit runs before it.</summary>
internal sealed class LogThatAnswersFirst(ILogStore inner) : SabotagedLog(inner)
{
    public override Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        if (row.IsSeal)
        {
            return Inner.InsertAsync(row, cancellationToken);
        }

        _ = WriteAsync(row, cancellationToken);
        return Task.CompletedTask;
    }

    private async Task WriteAsync(LogRow row, CancellationToken cancellationToken)
    {
        try
        {
            await Inner.InsertAsync(row, cancellationToken);
        }
        catch (Exception fault) when (fault is RowTakenException or StorageFaultException or OperationCanceledException)
        {
            // Nobody is told.
        }
    }
}

/// <summary>Takes whatever row it finds for the one it was asked for.</summary>
internal sealed class LogThatTakesAnyRowForItsOwn(ILogStore inner) : SabotagedLog(inner)
{
    private string? _last;

    public override Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        _last = row.WriteId;
        return base.InsertAsync(row, cancellationToken);
    }

    public override async Task<string?> GetWriteIdAsync(LogPosition at, CancellationToken cancellationToken) =>
        await base.GetWriteIdAsync(at, cancellationToken) is null ? null : _last;
}

/// <summary>Cuts one row more than the checkpoint covers.</summary>
internal sealed class LogThatCutsTooMuch(ILogStore inner) : SabotagedLog(inner)
{
    public override Task CutAsync(LogPosition before, CancellationToken cancellationToken) =>
        base.CutAsync(before with { Position = before.Position + 1 }, cancellationToken);
}
