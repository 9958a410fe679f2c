using Spectre.Console;

namespace Orchestrator.Cli.Terminal;

/// <summary>Where the command writes.</summary>
internal sealed class CommandConsole
{
    private const int PlainWidth = 200;

    private readonly TextWriter _out;
    private readonly TextWriter _error;

    /// <param name="isTerminal">Whether a person watches: then there are colours, and lines change in place.</param>
    /// <param name="noColor">Leaves colours out in any case.</param>
    public CommandConsole(TextWriter @out, TextWriter error, bool isTerminal, bool noColor = false)
    {
        _out = @out;
        _error = error;
        IsLive = isTerminal;
        Ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(@out),
        });
        if (!isTerminal)
            Ansi.Profile.Width = PlainWidth;
    }

    /// <summary>For tables and what changes in place.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>Whether lines may change in place.</summary>
    public bool IsLive { get; }

    /// <summary>Writes a line as it is, however long.</summary>
    public void Line(string text = "") => _out.WriteLine(text);

    /// <summary>Writes a line to standard error.</summary>
    public void Error(string text) => _error.WriteLine(text);
}
