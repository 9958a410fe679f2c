using Orchestrator.Cli.Terminal;
using Spectre.Console;

namespace Orchestrator.Cli.Demo;

/// <summary>A table on the terminal with a line per task, drawn anew ten times a second so that running times move.</summary>
internal sealed class LiveProgress(CommandConsole console, TimeProvider time) : IDemoProgress
{
    private static readonly TimeSpan _redraw = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, TaskLine> _lines = new(StringComparer.Ordinal);

    public void Changed(TaskLine line)
    {
        lock (_lock)
            _lines[line.Task.Id] = line;
    }

    public async Task<T> ShowWhileAsync<T>(Func<Task<T>> work)
    {
        return await console.Ansi.Live(Draw()).AutoClear(false).StartAsync(async live =>
        {
            var running = work();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(_redraw, time));
                live.UpdateTarget(Draw());
            }

            return await running;
        });
    }

    /// <summary>The table as it stands, cut to what fits on the terminal.</summary>
    internal Table Draw()
    {
        TaskLine[] lines;
        lock (_lock)
            lines = [.. _lines.Values];

        // Header, borders and caption take seven lines.
        var shown = Window(lines, Math.Max(console.Ansi.Profile.Height - 7, 5));
        var table = new Table().RoundedBorder().AddColumns("State", "Task", "Works on", "Time");
        table.Columns[3].RightAligned();
        var now = time.GetUtcNow();
        foreach (var line in shown)
            table.AddRow(StateCell.Of(line), new Text(line.Task.Type), new Text(line.Failure is { } failure ? $"{line.Label}: {failure}" : line.Label).Ellipsis(), new Text(Duration.Text(line.Took(now))));
        var failed = lines.Count(line => line.IsOver && !line.HasSucceeded);
        table.Caption($"{lines.Count(line => line.IsOver)} of {lines.Length} tasks over, {failed} failed");
        return table;
    }

    /// <summary>Where not all lines fit: those around the first task that is not over, since that is where things happen.</summary>
    internal static ArraySegment<TaskLine> Window(TaskLine[] lines, int height)
    {
        if (lines.Length <= height)
            return lines;
        var firstOpen = Array.FindIndex(lines, line => !line.IsOver);
        var start = firstOpen < 0 ? lines.Length - height : Math.Clamp(firstOpen - (height / 2), 0, lines.Length - height);
        return new ArraySegment<TaskLine>(lines, start, height);
    }
}
