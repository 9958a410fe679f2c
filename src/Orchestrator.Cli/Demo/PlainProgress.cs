using Orchestrator.Cli.Api;
using Orchestrator.Cli.Terminal;

namespace Orchestrator.Cli.Demo;

/// <summary>One line for each change of a task's state, waiting ones left out: for files, pipes and build logs.</summary>
internal sealed class PlainProgress(CommandConsole console, TimeProvider time) : IDemoProgress
{
    public void Changed(TaskLine line)
    {
        if (line.Task.State is TaskState.Scheduled or TaskState.Blocked or TaskState.Queued)
            return;
        var state = $"{line.Task.State,-9}  {line.Task.Type,-15}  {line.Label}";
        var end = line.IsOver ? $"  {Duration.Text(line.Took(time.GetUtcNow()))}" : "";
        console.Line(line.Failure is { } failure ? $"{state}{end}  {failure}" : $"{state}{end}");
    }

    public Task<T> ShowWhileAsync<T>(Func<Task<T>> work) => work();
}
