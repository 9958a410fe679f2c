using Azure.Data.Tables;
using Orchestrator.Storage.Rows;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Verification;

/// <summary>All rows of a task, payloads left out.</summary>
internal sealed class TaskRows(TaskId id)
{
    /// <summary>The columns that are read of the rows of a day table: all but payloads and texts of agents.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "PartitionKey", "RowKey", "Timestamp", .. TaskColumns.Listed,
        TaskColumns.InputChunks, TaskColumns.InputHash, TaskColumns.OutputChunks, TaskColumns.OutputHash, TaskColumns.LeaseEpoch, TaskColumns.LeaseHolder,
        TaskColumns.LeaseDuration, TaskColumns.LeaseDeadline, TaskColumns.LeaseIsPending, TaskColumns.ExpiresAt, TaskColumns.FinishBy, TaskColumns.DependsOn,
        TaskColumns.DependencyCondition, TaskColumns.WaitingFor, TaskColumns.HasDependents, TaskColumns.CallbackUrl, TaskColumns.CallbackState, TaskColumns.PauseRequested, "Number",
    ];

    /// <summary>Whose rows these are.</summary>
    public TaskId Id { get; } = id;

    /// <summary>Whether a newer release has written some of them: then its rules are not known.</summary>
    public bool IsNewer { get; set; }

    /// <summary>The task row; null: there is none.</summary>
    public TableEntity? Row { get; set; }

    /// <summary>Numbers and types of its events, in the order of their keys.</summary>
    public List<(int? Number, string? Type)> Events { get; } = [];

    /// <summary>The rows of its events.</summary>
    public List<RowMark> EventRows { get; } = [];

    /// <summary>Its rows in the index by state.</summary>
    public List<TableEntity> States { get; } = [];

    /// <summary>Its rows in all other indexes.</summary>
    public List<RowMark> Indexes { get; } = [];

    /// <summary>Chunks of its input and output.</summary>
    public List<RowMark> Chunks { get; } = [];

    /// <summary>Rows of its attempts' logs.</summary>
    public List<RowMark> Logs { get; } = [];

    /// <summary>The report of its latest attempt.</summary>
    public List<RowMark> Reports { get; } = [];

    /// <summary>Edges to the tasks that wait for it.</summary>
    public List<RowMark> Edges { get; } = [];

    /// <summary>Takes in one of its rows.</summary>
    public void Add(char kind, TableEntity row)
    {
        switch (kind)
        {
            case 't':
                Row = row;
                break;
            case 's':
                States.Add(row);
                break;
            case 'e':
                Events.Add((row.GetInt32("Number"), row.GetString(TaskColumns.Type)));
                EventRows.Add(RowMark.Of(row));
                break;
            case 'p':
                Chunks.Add(RowMark.Of(row));
                break;
            case 'l':
                Logs.Add(RowMark.Of(row));
                break;
            case 'h':
                Reports.Add(RowMark.Of(row));
                break;
            case 'x':
                Edges.Add(RowMark.Of(row));
                break;
            default:
                Indexes.Add(RowMark.Of(row));
                break;
        }
    }
}
