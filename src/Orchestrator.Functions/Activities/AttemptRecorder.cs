using Microsoft.Extensions.Logging;
using Orchestrator.Agents;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Takes what an agent says while it works and writes it to the attempt's own rows once a second; the last of it is handed to whoever
/// writes the outcome, so that a short attempt costs no write of its own for it. What passes the bounds of <see cref="TaskLimits"/> is dropped, and the log says so. Failing to write stops nobody: it is tried
/// again with the next.
/// </summary>
internal sealed partial class AttemptRecorder : IAttemptReporter, IAsyncDisposable
{
    /// <summary>Longer ones are written by themselves, as the outcome may be large too.</summary>
    private const int InlineCharacters = 16_000;

    /// <summary>With every character escaped as six, below the bound on a row.</summary>
    private const int PartCharacters = 48_000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IAttemptStore _store;
    private readonly IAttemptTokens _tokens;
    private readonly TaskId _task;
    private readonly AttemptLease _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    /// <summary>The details of the last heartbeat before this attempt: they stay the last until it has some of its own.</summary>
    public string? LastDetails { get; init; }

    /// <summary>What of it may be written. Default: all.</summary>
    public AttemptMask Mask { get; init; } = new(FieldMask.None, secrets: null);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _silent;
    private readonly TimeSpan? _heartbeatTimeout;
    private readonly List<AttemptLogLine> _lines = [];
    private Task? _writing;
    private AttemptReport? _report;
    private bool _isReportNew;
    private int _lineCount;
    private int _characterCount;
    private int _parts;
    private bool _isEnded;

    /// <param name="heartbeatTimeout">Without a sign of life for so long <see cref="Silent"/> is cancelled; null: never.</param>
    public AttemptRecorder(IAttemptStore store, IAttemptTokens tokens, TaskId task, AttemptLease lease, TimeSpan? heartbeatTimeout, TimeProvider time, ILogger logger)
    {
        _store = store;
        _tokens = tokens;
        _task = task;
        _lease = lease;
        _time = time;
        _logger = logger;

        // Longer than that no attempt is made here, and no timer runs.
        _heartbeatTimeout = heartbeatTimeout < Longest ? heartbeatTimeout : null;
        _silent = _heartbeatTimeout is { } timeout ? new CancellationTokenSource(timeout, time) : new CancellationTokenSource();
    }

    /// <summary>Cancelled when the attempt has given no sign of life for too long.</summary>
    public CancellationToken Silent => _silent.Token;

    public void Log(AttemptLogLevel level, string message)
    {
        // Before it is cut: half a secret would not be known any more.
        message = Mask.Words(message);
        LogLine(level, message);
        Say(() => Add(level, message));
    }

    public void Progress(int percent, string? text)
    {
        text = text is null ? null : Mask.Words(text);
        LogProgress(percent, text);
        Say(() => Change(report => report with { Percent = percent, Text = text is null ? null : Texts.Cut(text, TaskLimits.LogLineLength) }));
    }

    public void Heartbeat(string details) => Say(() => Change(report => report with { Details = Mask.Json(details) }));

    public async ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken) =>
        await _tokens.IssueAsync(_task, _lease.Number, _lease.Epoch, cancellationToken);

    /// <summary>Ends the recording; what is said afterwards is dropped.</summary>
    /// <param name="isReportWanted">Whether somebody will want to know how far the attempt was.</param>
    /// <returns>The lines that are not written yet and fit in with the outcome; null when there are none. What could not be written before is dropped.</returns>
    public async Task<AttemptLog?> EndAsync(bool isReportWanted)
    {
        await StopAsync();
        if (_lines.Sum(line => line.Text.Length) > InlineCharacters || (isReportWanted && _isReportNew))
            await WriteAsync();
        return _lines.Count == 0 || _lines.Sum(line => line.Text.Length) > InlineCharacters
            ? null
            : new AttemptLog(new AttemptLogPart(_lease.Number, _lease.Epoch, _parts), [.. _lines]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _silent.Dispose();
        _end.Dispose();
    }

    private async Task StopAsync()
    {
        lock (_lock)
            _isEnded = true;
        await _end.CancelAsync();
        if (_writing is not null)
            await _writing;
    }

    private void Say(Action change)
    {
        lock (_lock)
        {
            if (_isEnded)
                return;
            change();
            if (_heartbeatTimeout is { } timeout && !_silent.IsCancellationRequested)
                _silent.CancelAfter(timeout);
            _writing ??= Task.Run(WriteNowAndThenAsync);
        }
    }

    private void Add(AttemptLogLevel level, string message)
    {
        if (_lineCount > TaskLimits.LogLines || _characterCount > TaskLimits.LogCharacters)
            return;

        var text = Texts.Cut(message, TaskLimits.LogLineLength);
        _lineCount++;
        _characterCount += text.Length;
        _lines.Add(_lineCount > TaskLimits.LogLines || _characterCount > TaskLimits.LogCharacters
            ? AttemptLogLine.More(_time.GetUtcNow())
            : new AttemptLogLine(_time.GetUtcNow(), level, text));
    }

    private void Change(Func<AttemptReport, AttemptReport> change)
    {
        _report = change(_report ?? new AttemptReport(_lease.Number, _lease.Epoch, default) { Details = LastDetails }) with { At = _time.GetUtcNow() };
        _isReportNew = true;
    }

    private async Task WriteNowAndThenAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
                await WriteAsync();
        }
        catch (OperationCanceledException)
        {
            // The attempt is over; the rest is written by whoever ends it.
        }
    }

    private async Task WriteAsync()
    {
        AttemptLogLine[] lines;
        AttemptReport? report;
        lock (_lock)
        {
            lines = [.. _lines];
            report = _isReportNew ? _report : null;
            _isReportNew = false;
        }

        try
        {
            if (report is not null)
                await _store.ReportAsync(_task, report, CancellationToken.None);
            foreach (var part in Parts(lines))
            {
                await _store.AddLogAsync(_task, new AttemptLog(new AttemptLogPart(_lease.Number, _lease.Epoch, _parts++), part), CancellationToken.None);
                lock (_lock)
                    _lines.RemoveRange(0, part.Count);
            }
        }
        catch (Exception exception)
        {
            // With the next, under a new part: the lines may then stand there twice, which is better than not at all.
            lock (_lock)
                _isReportNew |= report is not null;
            LogNotWritten(exception, _task, _lease.Number);
        }
    }

    /// <summary>The lines in parts that fit into a row each, however their characters are written.</summary>
    private static IEnumerable<IReadOnlyList<AttemptLogLine>> Parts(IReadOnlyList<AttemptLogLine> lines)
    {
        var part = new List<AttemptLogLine>();
        var characters = 0;
        foreach (var line in lines)
        {
            if (part.Count > 0 && characters + line.Text.Length > PartCharacters)
            {
                yield return part;
                part = [];
                characters = 0;
            }

            part.Add(line);
            characters += line.Text.Length;
        }

        if (part.Count > 0)
            yield return part;
    }

    [LoggerMessage(4220, LogLevel.Debug, "Agent ({Level}): {Line}")]
    private partial void LogLine(AttemptLogLevel level, string line);

    [LoggerMessage(4221, LogLevel.Debug, "Agent: {Percent} % {Text}")]
    private partial void LogProgress(int percent, string? text);

    [LoggerMessage(4222, LogLevel.Warning, "What attempt {Attempt} of task {TaskId} has said could not be written; it is tried again.")]
    private partial void LogNotWritten(Exception exception, TaskId taskId, int attempt);
}
