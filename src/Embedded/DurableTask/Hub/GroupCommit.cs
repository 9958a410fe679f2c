using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Hub;

/// <summary>Records that go into the log together, and what is to be done when they are there.</summary>
internal sealed class GroupCommit
{
    public LogGroup Records { get; } = new();

    /// <summary>Called in order: with null when the group is durable, with the reason when it never will be.</summary>
    public List<Action<Exception?>> Afterwards { get; } = [];

    /// <summary>Called in order when nothing is added any more, before the group is written.</summary>
    public List<Action> BeforeCut { get; } = [];

    /// <summary>Turns that steps of this group have set going and that have not come back.</summary>
    public int TurnsAwaited { get; set; }

    /// <summary>Whether the turns have had their time.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>The position behind it; known when it is durable.</summary>
    public LogPosition End { get; set; }

    public void Add(Step step)
    {
        foreach (var record in step.Records)
        {
            Records.Add(record);
        }
    }
}
