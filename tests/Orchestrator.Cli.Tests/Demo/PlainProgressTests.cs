using Orchestrator.Cli.Api;
using Orchestrator.Cli.Demo;
using Orchestrator.Cli.Terminal;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Cli.Tests.Demo;

public sealed class PlainProgressTests
{
    private static readonly DateTimeOffset _created = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Changed_StatesOfATask_WritesALineForEachThatMatters()
    {
        using var @out = new StringWriter { NewLine = "\n" };
        var progress = new PlainProgress(new CommandConsole(@out, TextWriter.Null, isTerminal: false), new ManualTimeProvider(_created.AddSeconds(3)));

        await progress.ShowWhileAsync(() =>
        {
            progress.Changed(Line(TaskState.Queued));
            progress.Changed(Line(TaskState.Running));
            progress.Changed(Line(TaskState.Scheduled));
            progress.Changed(Line(TaskState.Succeeded, finishedAfter: 0.216));
            progress.Changed(Line(TaskState.Failed, finishedAfter: 75.26, new TaskError("agent_error", "line one\nline two")));
            progress.Changed(Line(TaskState.Cancelled));
            return Task.FromResult(0);
        });

        Assert.Equal(
            """
            Running    text.digest      docs/[a].md
            Succeeded  text.digest      docs/[a].md  0.22 s
            Failed     text.digest      docs/[a].md  75.3 s  agent_error: line one line two
            Cancelled  text.digest      docs/[a].md  3.00 s  Cancelled

            """,
            @out.ToString());
    }

    private static TaskLine Line(TaskState state, double? finishedAfter = null, TaskError? error = null) => new("docs/[a].md", new TaskView
    {
        Id = "1",
        Type = "text.digest",
        State = state,
        CreatedAt = _created,
        FinishedAt = finishedAfter is { } seconds ? _created.AddSeconds(seconds) : null,
        Error = error,
    });
}
