using Orchestrator.Cli.Api;
using Orchestrator.Cli.Demo;
using Orchestrator.Cli.Terminal;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Cli.Tests.Demo;

public sealed class LiveProgressTests
{
    private static readonly DateTimeOffset _created = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Draw_TasksInAllStates_HasALineEach()
    {
        using var @out = new StringWriter { NewLine = "\n" };
        var console = new CommandConsole(@out, TextWriter.Null, isTerminal: false);
        console.Ansi.Profile.Width = 80;
        var progress = new LiveProgress(console, new ManualTimeProvider(_created.AddSeconds(2)));

        progress.Changed(Line(1, TaskState.Queued));
        progress.Changed(Line(2, TaskState.Running));
        progress.Changed(Line(3, TaskState.Running));
        progress.Changed(Line(3, TaskState.Succeeded));
        progress.Changed(Line(4, TaskState.Failed, new TaskError("file_not_text", "[a] is binary")));
        console.Ansi.Write(progress.Draw());

        Assert.Equal(
            """
            ╭───────────┬─────────────┬─────────────────────────────────────────┬────────╮
            │ State     │ Task        │ Works on                                │   Time │
            ├───────────┼─────────────┼─────────────────────────────────────────┼────────┤
            │ Queued    │ text.digest │ docs/1.md                               │ 2.00 s │
            │ Running   │ text.digest │ docs/2.md                               │ 2.00 s │
            │ Succeeded │ text.digest │ docs/3.md                               │ 0.50 s │
            │ Failed    │ text.digest │ docs/4.md: file_not_text: [a] is binary │ 0.50 s │
            ╰───────────┴─────────────┴─────────────────────────────────────────┴────────╯
                                     2 of 4 tasks over, 1 failed
            """.Split('\n').Select(line => line.TrimEnd()),
            @out.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }

    [Theory]
    [InlineData(5, 0, 10, "0-4")]
    [InlineData(20, 0, 10, "0-9")]
    [InlineData(20, 12, 10, "7-16")]
    [InlineData(20, 19, 10, "10-19")]
    [InlineData(20, 20, 10, "10-19")]
    public void Window_Lines_ShowsThoseAroundTheFirstOpenOne(int count, int over, int height, string expected)
    {
        var lines = Enumerable.Range(0, count).Select(i => Line(i, i < over ? TaskState.Succeeded : TaskState.Queued)).ToArray();

        var shown = LiveProgress.Window(lines, height);

        Assert.Equal(expected, $"{shown[0].Task.Id}-{shown[^1].Task.Id}");
    }

    [Fact]
    public async Task ShowWhileAsync_WorkFails_ThrowsItsException()
    {
        var console = new CommandConsole(TextWriter.Null, TextWriter.Null, isTerminal: true);
        var progress = new LiveProgress(console, TimeProvider.System);

        await Assert.ThrowsAsync<CommandException>(() => progress.ShowWhileAsync<int>(() => Task.FromException<int>(new CommandException("no"))));
    }

    private static TaskLine Line(int id, TaskState state, TaskError? error = null) => new($"docs/{id}.md", new TaskView
    {
        Id = $"{id}",
        Type = "text.digest",
        State = state,
        CreatedAt = _created,
        FinishedAt = state.IsTerminal() ? _created.AddSeconds(0.5) : null,
        Error = error,
    });
}
