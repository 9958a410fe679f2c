namespace Orchestrator.Cli.Processes;

/// <summary>The last lines of a process's output, for the message when it fails. Safe for concurrent use.</summary>
internal sealed class OutputTail
{
    private const int Capacity = 50;

    private readonly Lock _lock = new();
    private readonly Queue<(string Line, bool IsError)> _lines = new();

    public void Add(string line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_lock)
        {
            _lines.Enqueue((line.TrimEnd(), isError));
            if (_lines.Count > Capacity)
                _lines.Dequeue();
        }
    }

    /// <summary>All lines kept, oldest first.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
            return [.. _lines.Select(entry => entry.Line.Trim())];
    }

    /// <summary>
    /// The first kept line of standard error, which names the cause of most failures; else the last line that begins an entry:
    /// an indented one belongs to the entry above it.
    /// </summary>
    public string Cause()
    {
        lock (_lock)
        {
            foreach (var (line, isError) in _lines)
            {
                if (isError)
                    return line.Trim();
            }

            return _lines.Count == 0 ? "it wrote nothing" : _lines.LastOrDefault(entry => !char.IsWhiteSpace(entry.Line[0]), _lines.Last()).Line.Trim();
        }
    }
}
