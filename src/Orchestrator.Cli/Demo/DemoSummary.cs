using Orchestrator.Cli.Terminal;
using Spectre.Console;

namespace Orchestrator.Cli.Demo;

/// <summary>What is printed when the demo is over.</summary>
internal static class DemoSummary
{
    public static void Print(CommandConsole console, DemoResult result, TimeProvider time)
    {
        console.Line();
        console.Ansi.Write(ByType(console, result, time.GetUtcNow()));
        var digested = result.Tasks.Count(line => line.Task.Type == "text.digest");
        if (result.Matching > digested)
            console.Line($"{result.Matching} files match; the first {digested} were digested (--max-files).");
        if (result.Report is not null)
            console.Line($"Report: {result.Report}");
        foreach (var line in result.Failed)
            console.Error($"{line.Task.Type} {line.Label}: {line.Failure}");
    }

    private static Table ByType(CommandConsole console, DemoResult result, DateTimeOffset now)
    {
        var table = new Table { Border = console.IsLive ? TableBorder.Rounded : TableBorder.Ascii };
        table.AddColumns("Task type", "Tasks", "Succeeded", "Failed", "Median time", "Longest time");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        foreach (var type in result.Tasks.GroupBy(line => line.Task.Type, StringComparer.Ordinal))
        {
            var succeeded = type.Count(line => line.HasSucceeded);
            TimeSpan[] times = [.. type.Select(line => line.Took(now)).Order()];
            table.AddRow(
                Markup.Escape(type.Key), $"{times.Length}", $"{succeeded}", $"{times.Length - succeeded}",
                Duration.Text(times[times.Length / 2]), Duration.Text(times[^1]));
        }

        return table;
    }
}
