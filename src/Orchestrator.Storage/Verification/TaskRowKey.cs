using System.Diagnostics.CodeAnalysis;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Verification;

/// <summary>What a row of a day table is, by its key; see <see cref="TaskKeys"/>.</summary>
/// <param name="Kind">The letter that the key begins with.</param>
/// <param name="Task">The task that the row belongs to.</param>
internal readonly record struct TaskRowKey(char Kind, TaskId Task)
{
    private const string OfOneTask = "ehlpx";
    private const string AtEnd = "acgrstuy";

    /// <summary>Whether the key is one that we could have written.</summary>
    public static bool TryParse(string rowKey, out TaskRowKey key)
    {
        key = default;
        if (rowKey.Length < 2 + TaskId.Length || rowKey[1] != '!')
            return false;

        var kind = rowKey[0];
        TaskId? task = OfOneTask.Contains(kind, StringComparison.Ordinal) ? Read(rowKey.Substring(2, TaskId.Length))
            : AtEnd.Contains(kind, StringComparison.Ordinal) ? Read(rowKey[^TaskId.Length..])
            : null;
        if (task is null)
            return false;

        key = new TaskRowKey(kind, task.Value);
        return true;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A key that no code of ours has written may be anything.")]
    private static TaskId? Read(string text)
    {
        try
        {
            return TaskKeys.IdAtEnd(text);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
