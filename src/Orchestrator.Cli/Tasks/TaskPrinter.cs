using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Terminal;

namespace Orchestrator.Cli.Tasks;

/// <summary>Prints an exported task for people.</summary>
internal sealed class TaskPrinter(CommandConsole console)
{
    private const int PayloadCharacters = 2_000;

    public void Print(TaskFile file) => Print(file, "");

    private void Print(TaskFile file, string indent)
    {
        var task = file.Task!;
        Line(indent, $"{task.Id}  {task.State}  {task.Type} v{task.TypeVersion}{(task.Title.Length == 0 ? "" : $"  \"{task.Title}\"")}");
        indent += "  ";
        Field(indent, "Submitted", $"{Time(task.CreatedAt)}{(task.SubmittedBy is { } by ? $"  by {by}" : "")}");
        Field(indent, "Started", task.StartedAt is { } started ? $"{Time(started)}  after {Duration.Text(started - task.CreatedAt)}" : null);
        Field(indent, "Finished", task.FinishedAt is { } finished ? $"{Time(finished)}  after {Duration.Text(finished - task.CreatedAt)}" : null);
        Field(indent, "Name", task.Name);
        Field(indent, "Tags", task.Tags.Count == 0 ? null : string.Join(", ", task.Tags));
        Field(indent, "Parent", task.Parent);
        Field(indent, "Related", task.CorrelationId);
        Field(indent, "Again", task.RerunOf);
        Field(indent, "Error", task.Error is { } error ? $"{error.Code}: {error.Message}" : null);
        Field(indent, "Input", Payload(task.Input));
        Field(indent, "Output", Payload(task.Output));
        PrintAttempts(file, indent);
        PrintEvents(file, task.CreatedAt, indent);
        PrintChildren(file, indent);
    }

    private void PrintAttempts(TaskFile file, string indent)
    {
        foreach (var attempt in file.Attempts)
        {
            var took = attempt.EndedAt is { } ended ? $", {Duration.Text(ended - attempt.StartedAt)}" : "";
            var takeOvers = attempt.TakeOvers == 0 ? "" : $", taken over {attempt.TakeOvers} times";
            Line(indent, $"Attempt {attempt.Attempt}  {attempt.State}{took}  {attempt.Agent}{takeOvers}");
            if (attempt.Progress is { } progress)
                Line(indent, $"  {progress.Percent?.ToString(CultureInfo.InvariantCulture) ?? "?"} %  {progress.Text}");
            if (attempt.Error is { } error)
                Line(indent, $"  {error.Code}: {error.Message}");
            foreach (var line in attempt.Log ?? [])
                Line(indent, $"  {Clock(line.At)} {line.Level,-11} {line.Text}");
        }
    }

    private void PrintEvents(TaskFile file, DateTimeOffset since, string indent)
    {
        Line(indent, "Events");
        foreach (var entry in file.Events)
        {
            var detail = entry.Detail is { ValueKind: JsonValueKind.Object } value ? "  " + value.GetRawText() : "";
            Line(indent, $"  {entry.Number,4}  {Clock(entry.At)}  +{Duration.Text(entry.At - since),-9} {entry.Type}{(entry.Attempt is { } attempt ? $" (attempt {attempt})" : "")}{detail}");
        }
    }

    private void PrintChildren(TaskFile file, string indent)
    {
        if (file.Children.Count + file.OtherChildren.Count > 0)
            Line(indent, $"Children ({file.Children.Count + file.OtherChildren.Count}{(file.HasMoreChildren ? " and more" : "")})");
        foreach (var child in file.Children.Where(child => child.Task is not null))
            Print(child, indent + "  ");
        foreach (var id in file.OtherChildren)
            Line(indent, $"  {id}  (not in this file)");
    }

    private void Field(string indent, string name, string? value)
    {
        if (value is not null)
            Line(indent, $"{name,-10} {value}");
    }

    private void Line(string indent, string text) => console.Line(Plain(indent + text).TrimEnd());

    private static string? Payload(JsonElement? payload)
    {
        if (payload is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value)
            return null;

        var text = value.GetRawText();
        return text.Length <= PayloadCharacters ? text : $"{text[..PayloadCharacters]}… ({text.Length} characters)";
    }

    /// <summary>What others wrote must not steer the terminal, nor break the lines.</summary>
    private static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
