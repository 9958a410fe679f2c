namespace Orchestrator.Storage.Batching;

/// <summary>A group on its way, with the caller that waits for it.</summary>
internal sealed class PendingGroup
{
    private readonly TaskCompletionSource<RowGroupOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(RowOperation Operation, int Index)> _operations;

    public PendingGroup(RowGroup group, string writeId)
    {
        Group = group;
        WriteId = writeId;
        group.Operations[group.Anchor].Row[BatchingWriter.WriteIdColumn] = writeId;
        _operations = [.. group.Operations.Select((operation, index) => (operation, index))];
        Size = group.Operations.Sum(operation => operation.Size) + 64;
    }

    public RowGroup Group { get; }

    public string WriteId { get; }

    /// <summary>What flows along with the caller, such as his log scopes and trace; null if that is suppressed.</summary>
    public ExecutionContext? Flow { get; } = ExecutionContext.Capture();

    /// <summary>Upper bound of its size in a transaction's body, in bytes.</summary>
    public long Size { get; }

    /// <summary>How often it was asked whether its conflict is one.</summary>
    public int ConflictsLookedAt { get; set; }

    /// <summary>What is still to be sent of it: all but the deletions that turned out to have nothing to delete.</summary>
    public int Count => _operations.Count;

    public IEnumerable<RowOperation> Operations => _operations.Select(entry => entry.Operation);

    public Task<RowGroupOutcome> Completion => _completion.Task;

    public string AnchorRowKey => Group.Operations[Group.Anchor].RowKey;

    public RowOperationKind KindAt(int position) => _operations[position].Operation.Kind;

    public int OriginalIndexOf(int position) => _operations[position].Index;

    public void Drop(int position) => _operations.RemoveAt(position);

    /// <summary>Hands the caller its part of a committed transaction's versions.</summary>
    public void Written(IReadOnlyList<string> versions, int offset)
    {
        var own = new string[Group.Operations.Count];
        Array.Fill(own, "");
        for (var i = 0; i < _operations.Count; i++)
            own[_operations[i].Index] = versions[offset + i];
        _completion.TrySetResult(new RowGroupOutcome.Written(own));
    }

    public void Settle(RowGroupOutcome outcome) => _completion.TrySetResult(outcome);

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
