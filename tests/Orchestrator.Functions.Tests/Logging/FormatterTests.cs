using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Orchestrator.Errors;
using Orchestrator.Functions.Logging;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Logging;

public sealed class FormatterTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LoggerExternalScopeProvider _scopes = new();

    [Fact]
    public void Text_Entry_IsTimeLevelWhoMessageAndWhatItIsAbout()
    {
        using var outer = _scopes.Push(Fields(("TaskId", "0ABC"), ("Attempt", 2)));
        using var inner = _scopes.Push(Fields(("Agent", "digest"), ("Secret", "hidden")));

        Assert.Equal(
            $"00:00:00.000 info AttemptRunner        The agent digest begins.  [task 0ABC, attempt 2]{Environment.NewLine}",
            Text("Orchestrator.Functions.Activities.AttemptRunner", "The agent digest begins."));
    }

    [Fact]
    public void Text_OutsideATask_NamesTheFunction()
    {
        using var scope = _scopes.Push(Fields(("AzureFunctions_FunctionName", "SweepUnstarted")));

        Assert.Equal($"00:00:00.000 info AVeryLongNameOfALog… Hello.  [function SweepUnstarted]{Environment.NewLine}", Text("A.AVeryLongNameOfALogger", "Hello."));
    }

    [Fact]
    public void Text_ForATerminal_ColoursTheLevel() =>
        Assert.Equal($"00:00:00.000 \e[32minfo\e[0m X                    Hello.{Environment.NewLine}", Text("X", "Hello.", isColoured: true));

    [Theory]
    [InlineData("Hello.\n00:00:00.000 crit X forged", "Hello.\\n00:00:00.000 crit X forged")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("a\u001b[2Jb\u0085c\u2028d\u202ee", "a\\u001b[2Jb\\u0085c\\u2028d\\u202ee")]
    public void Text_ControlCharacters_CannotForgeALine(string message, string expected) =>
        Assert.Equal($"00:00:00.000 info X                    {expected}{Environment.NewLine}", Text("X", message));

    [Fact]
    public void Text_ControlCharactersInAScope_CannotForgeALine()
    {
        using var scope = _scopes.Push(Fields(("Correlation", "a\nb")));

        Assert.Equal($"00:00:00.000 info X                    Hello.  [correlation a\\nb]{Environment.NewLine}", Text("X", "Hello."));
    }

    [Fact]
    public void Text_Exception_StandsBelowIndented()
    {
        var lines = Text("X", "Hello.", new InvalidOperationException("one\ntwo")).Split(Environment.NewLine);

        Assert.Equal(["00:00:00.000 info X                    Hello.", "    System.InvalidOperationException: one", "    two", ""], lines);
    }

    [Fact]
    public void Text_ListOfThePlatform_StandsBelowIndented() =>
        Assert.Equal($"00:00:00.000 info StartupReport        Ready:{Environment.NewLine}      a{Environment.NewLine}", Text("Embedded.Functions.StartupReport", "Ready:\n  a"));

    [Fact]
    public void Text_FailedStartThatIsToldAtTheEnd_IsLeftOut()
    {
        Assert.Equal("", Text("Microsoft.Extensions.Hosting.Internal.Host", "x", new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "Away.")));
        Assert.NotEqual("", Text("Microsoft.Extensions.Hosting.Internal.Host", "x", new InvalidOperationException("bug")));
    }

    [Fact]
    public void Json_Entry_IsOneObjectInOneLineWithEverything()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var scope = _scopes.Push(Fields(("TaskId", "0ABC"), ("Attempt", 2)));
        var state = Fields(("Count", 3), ("Name", "a\nb"), ("{OriginalFormat}", "{Count} of {Name}"));

        var line = Write(new JsonFormatter(_time), new LogEntry<KeyValuePair<string, object?>[]>(LogLevel.Warning, "X.Y", new EventId(4200), state, new InvalidOperationException("boom"), (_, _) => "3 of a\nb"));

        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line.TrimEnd());
        Assert.Equal(
            $$"""{"time":"2026-11-22T00:00:00Z","level":"Warning","category":"X.Y","eventId":4200,"message":"3 of a\nb","template":"{Count} of {Name}","fields":{"Count":3,"Name":"a\nb"},"scopes":{"TaskId":"0ABC","Attempt":2},"exception":"System.InvalidOperationException: boom","traceId":"{{activity.TraceId}}","spanId":"{{activity.SpanId}}"}""",
            Line(line, _time));
        using var document = JsonDocument.Parse(line);
        Assert.Equal("a\nb", document.RootElement.GetProperty("fields").GetProperty("Name").GetString());
    }

    /// <summary>The line, with the clock's day as the test writes it.</summary>
    private static string Line(string line, TimeProvider time) =>
        line.TrimEnd().Replace(time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"), "2026-11-22T00:00:00Z", StringComparison.Ordinal);

    private string Text(string category, string message, Exception? exception = null, bool isColoured = false) =>
        Write(new TextFormatter(_time, isColoured), new LogEntry<string>(LogLevel.Information, category, default, message, exception, (state, _) => state));

    private string Write<TState>(ConsoleFormatter formatter, LogEntry<TState> entry)
    {
        using var writer = new StringWriter();
        formatter.Write(entry, _scopes, writer);
        return writer.ToString();
    }

    private static KeyValuePair<string, object?>[] Fields(params (string Name, object? Value)[] fields) =>
        [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))];
}
