namespace Orchestrator.Verification;

/// <summary>The kinds of findings. The codes are stable: scripts may ask for them.</summary>
public static class FindingCodes
{
    /// <summary>A task row, or its event or index row, cannot be read.</summary>
    public const string TaskUnreadable = "task_unreadable";

    /// <summary>The columns of a task row contradict each other, or its key.</summary>
    public const string TaskInconsistent = "task_inconsistent";

    /// <summary>The events of a task are not numbered from 1 to its last one without gaps.</summary>
    public const string EventsGap = "events_gap";

    /// <summary>The events of a task contradict its state: exactly one end exactly if it is over.</summary>
    public const string EventsContradictState = "events_contradict_state";

    /// <summary>A task is not in the index by its state.</summary>
    public const string StateIndexMissing = "state_index_missing";

    /// <summary>A task is in the index by a state that it does not have.</summary>
    public const string StateIndexExtra = "state_index_extra";

    /// <summary>The index by state shows a task otherwise than it is.</summary>
    public const string StateIndexStale = "state_index_stale";

    /// <summary>A task is not in the index by its type, a tag, its parent, its correlation id or its agent.</summary>
    public const string IndexMissing = "index_missing";

    /// <summary>An index row leads to a task that it does not belong to, or to none.</summary>
    public const string IndexOrphan = "index_orphan";

    /// <summary>Events without their task.</summary>
    public const string EventOrphan = "event_orphan";

    /// <summary>Parts of an input or output that a task row names are not there.</summary>
    public const string PayloadMissing = "payload_missing";

    /// <summary>Parts of an input or output that no task row names.</summary>
    public const string PayloadOrphan = "payload_orphan";

    /// <summary>An attempt's log without its task.</summary>
    public const string LogOrphan = "log_orphan";

    /// <summary>An attempt's report without its task.</summary>
    public const string ReportOrphan = "report_orphan";

    /// <summary>An edge without the task that it leads from, or to.</summary>
    public const string EdgeOrphan = "edge_orphan";

    /// <summary>A task that others wait for does not say so, and would not tell them of its end.</summary>
    public const string EdgeUnmarked = "edge_unmarked";

    /// <summary>A task waits for another one that does not know of it.</summary>
    public const string DependencyUntied = "dependency_untied";

    /// <summary>A task waits for another one that is over, or gone, and has told everybody.</summary>
    public const string DependencyUntold = "dependency_untold";

    /// <summary>Tasks lie where the directory of segments names none: lists do not find them.</summary>
    public const string SegmentMissing = "segment_missing";

    /// <summary>The kept count of a segment is not what is in it.</summary>
    public const string CountWrong = "count_wrong";

    /// <summary>A kept count of a segment that there is not.</summary>
    public const string CountOrphan = "count_orphan";

    /// <summary>What retention has noted of a segment that there is not.</summary>
    public const string RetentionOrphan = "retention_orphan";

    /// <summary>A dead letter without its mark: delivered once more it would become another one.</summary>
    public const string DeadLetterUnmarked = "dead_letter_unmarked";

    /// <summary>The mark of a dead letter that there is not, long after it was made.</summary>
    public const string DeadLetterOrphan = "dead_letter_orphan";

    /// <summary>An idempotency key without its task, after its time or long after it was taken.</summary>
    public const string KeyOrphan = "key_orphan";

    /// <summary>A name without its task, long after it was taken.</summary>
    public const string NameOrphan = "name_orphan";

    /// <summary>A wake of a task that there is not.</summary>
    public const string WakeOrphan = "wake_orphan";

    /// <summary>A place in a limiter's queue of a task that does not wait.</summary>
    public const string QueueOrphan = "queue_orphan";

    /// <summary>Rows that a newer release has written.</summary>
    public const string SchemaNewer = "schema_newer";

    /// <summary>Rows that no release known here has written.</summary>
    public const string RowUnknown = "row_unknown";
}
