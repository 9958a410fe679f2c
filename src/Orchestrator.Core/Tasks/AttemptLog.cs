namespace Orchestrator.Tasks;

/// <summary>One line of an attempt's log.</summary>
/// <param name="At">When it was said, UTC.</param>
/// <param name="Text">At most <see cref="TaskLimits.LogLineLength"/> characters.</param>
public sealed record AttemptLogLine(DateTimeOffset At, Agents.AttemptLogLevel Level, string Text)
{
    private static readonly string MoreText =
        $"The attempt has said more than the {TaskLimits.LogLines} lines or {TaskLimits.LogCharacters} characters that are kept; the rest is dropped.";

    /// <summary>Whether it is the line after which nothing is kept.</summary>
    internal bool IsMore => Level == Agents.AttemptLogLevel.Warning && Text == MoreText;

    /// <summary>The last line of an attempt that has said more than is kept.</summary>
    public static AttemptLogLine More(DateTimeOffset at) => new(at, Agents.AttemptLogLevel.Warning, MoreText);
}

/// <summary>Names a piece of an attempt's log.</summary>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Epoch">Epoch of its lease.</param>
/// <param name="Part">From 0, in the order in which the lines were said.</param>
public sealed record AttemptLogPart(int Attempt, long Epoch, int Part);

/// <summary>A piece of an attempt's log.</summary>
/// <param name="Lines">In order.</param>
public sealed record AttemptLog(AttemptLogPart Part, IReadOnlyList<AttemptLogLine> Lines)
{
    /// <summary>What is kept of lines that are said after others, by the bounds of <see cref="TaskLimits"/>; the last line says so when that is not all.</summary>
    public static IReadOnlyList<AttemptLogLine> Kept(IReadOnlyList<AttemptLogLine> there, IReadOnlyList<AttemptLogLine> said, DateTimeOffset now)
    {
        if (there.Any(line => line.IsMore))
            return [];

        var room = TaskLimits.LogCharacters - there.Sum(line => line.Text.Length);
        AttemptLogLine[] kept = [.. said.Take(Math.Max(TaskLimits.LogLines - there.Count, 0)).TakeWhile(line => (room -= line.Text.Length) >= 0)];
        return kept.Length == said.Count ? kept : [.. kept, AttemptLogLine.More(now)];
    }
}
