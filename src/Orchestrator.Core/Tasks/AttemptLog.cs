namespace Orchestrator.Tasks;

/// <summary>One line of an attempt's log.</summary>
/// <param name="At">When it was said, UTC.</param>
/// <param name="Text">At most <see cref="TaskLimits.LogLineLength"/> characters.</param>
public sealed record AttemptLogLine(DateTimeOffset At, Agents.AttemptLogLevel Level, string Text);

/// <summary>Names a piece of an attempt's log.</summary>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Epoch">Epoch of its lease.</param>
/// <param name="Part">From 0, in the order in which the lines were said.</param>
public sealed record AttemptLogPart(int Attempt, long Epoch, int Part);

/// <summary>A piece of an attempt's log.</summary>
/// <param name="Lines">In order.</param>
public sealed record AttemptLog(AttemptLogPart Part, IReadOnlyList<AttemptLogLine> Lines);
