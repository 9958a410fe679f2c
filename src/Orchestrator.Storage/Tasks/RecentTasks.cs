using System.Collections.Concurrent;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>
/// What this process wrote last of tasks that are not over, with versions: spares the claim its read. Only a shortcut: a
/// change decided on an outdated entry is refused by the row's version.
/// </summary>
internal sealed class RecentTasks
{
    /// <summary>Most tasks remembered; with payloads of up to <see cref="MaxInputCharacters"/> some 40 MB at worst.</summary>
    private const int Capacity = 4_096;

    private const int MaxInputCharacters = 4_096;

    private readonly ConcurrentDictionary<TaskId, StoredTask> _tasks = new();
    private readonly ConcurrentQueue<TaskId> _order = new();

    /// <summary>Remembers a task as it was written just now; forgets one that is over.</summary>
    public void Remember(StoredTask task)
    {
        var id = task.Record.Id;
        if (task.Record.State.IsTerminal() || task.Record.Input?.Length > MaxInputCharacters)
        {
            Forget(id);
            return;
        }

        if (_tasks.TryAdd(id, task))
            _order.Enqueue(id);
        else
            _tasks[id] = task;

        while (_order.Count > Capacity && _order.TryDequeue(out var oldest))
            _tasks.TryRemove(oldest, out _);
    }

    public void Forget(TaskId id) => _tasks.TryRemove(id, out _);

    public StoredTask? Find(TaskId id) => _tasks.GetValueOrDefault(id);
}
