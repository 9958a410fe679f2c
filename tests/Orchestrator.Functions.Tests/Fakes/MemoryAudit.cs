using System.Collections.Concurrent;
using Orchestrator.Audit;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>The audit in memory; either of its writes can fail.</summary>
internal sealed class MemoryAudit : IAuditStore
{
    private readonly ConcurrentDictionary<AuditEntryId, AuditEntry> _entries = new();
    private readonly List<AuditEntryId> _order = [];

    public bool FailsToBegin { get; set; }

    public bool FailsToEnd { get; set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<AuditEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.At).ThenBy(entry => _order.IndexOf(entry.Id))];

    public Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        if (FailsToBegin)
            throw new StorageUnavailableException(new Uri("http://127.0.0.1:1/"), "Storage is away.");
        lock (_order)
            _order.Add(entry.Id);
        Assert.True(_entries.TryAdd(entry.Id, entry));
        return Task.CompletedTask;
    }

    public Task EndAsync(AuditEntryId id, AuditEnd end, CancellationToken cancellationToken)
    {
        if (FailsToEnd)
            throw new StorageUnavailableException(new Uri("http://127.0.0.1:1/"), "Storage is away.");
        _entries[id] = _entries[id] with { End = end, Target = end.Target ?? _entries[id].Target };
        return Task.CompletedTask;
    }

    public Task<AuditListing> ListAsync(AuditQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<AuditListing>(query.ContinuationToken == "forged" ? new AuditListing.InvalidToken() : new AuditListing.Page([.. Entries.Reverse()], null));

    public Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var old = Entries.Where(entry => entry.At < before).Take(limit).ToList();
        old.ForEach(entry => _entries.TryRemove(entry.Id, out _));
        return Task.FromResult(old.Count);
    }
}
