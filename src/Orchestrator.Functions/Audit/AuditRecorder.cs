using Microsoft.Extensions.Logging;
using Orchestrator.Audit;

namespace Orchestrator.Functions.Audit;

/// <summary>Writes the two halves of an entry: that something is begun, without which it must not be, and how it ended, without which it stands.</summary>
internal sealed partial class AuditRecorder(IAuditStore store, IRandomSource random, TimeProvider time, ILogger<AuditRecorder> logger)
{
    /// <summary>How long an answer waits for the end of its entry at most.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    /// <summary>Enters that something is begun.</summary>
    /// <param name="draft">All but id and time.</param>
    /// <exception cref="Errors.StorageUnavailableException">It could not be entered.</exception>
    public async Task<AuditEntry> BeginAsync(Func<AuditEntryId, DateTimeOffset, AuditEntry> draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = draft(AuditEntryId.New(now, random), now);
        await store.BeginAsync(entry, cancellationToken);
        return entry;
    }

    /// <summary>Enters how it ended; what keeps it from that is in the log.</summary>
    /// <param name="end">All but its time.</param>
    public async Task EndAsync(AuditEntry entry, AuditEnd end)
    {
        try
        {
            // The caller may be gone; what was done was done.
            await store.EndAsync(entry.Id, end with { At = time.GetUtcNow() }, CancellationToken.None).WaitAsync(EndLimit, time);
        }
        catch (Exception exception)
        {
            LogNotEnded(exception, entry.Id.ToString(), entry.Method, entry.Route, end.Target ?? entry.Target, end.Outcome);
        }
    }

    [LoggerMessage(4020, LogLevel.Warning, "The end of audit entry {EntryId} could not be written: {Method} {Route} on '{Target}' was {Outcome}.")]
    private partial void LogNotEnded(Exception exception, string entryId, string method, string route, string target, AuditOutcome outcome);
}
