using System.Text.Json;
using Orchestrator.Agents;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Agents;

public sealed class AgentContextTests
{
    private readonly Reporter _reporter = new();

    private enum Mode
    {
        Fast,
        Slow,
    }

    [Fact]
    public void GetInput_FittingInput_IsRead() =>
        Assert.Equal(new Input("a", Mode.Slow), Context("""{"FILE":"a","mode":"slow"}""").GetInput<Input>());

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"file":1}""")]
    [InlineData("""{"file":null,"mode":"slow"}""")]
    [InlineData("""{"file":"\ud800","mode":"slow"}""")]
    public void GetInput_OtherInput_FailsForGood(string json)
    {
        var exception = Assert.Throws<AgentException>(() => Context(json).GetInput<Input>());

        Assert.Equal(("input_invalid", false), (exception.Code, exception.IsRetryable));
    }

    [Fact]
    public void LogAndProgress_AnyValue_ReachTheReporter()
    {
        var context = Context("1");
        context.Log("hello");
        context.Log("oh", AttemptLogLevel.Warning);
        context.ReportProgress(150, "done");

        Assert.Equal(["Information hello", "Warning oh", "100 done"], _reporter.Lines);
    }

    [Fact]
    public void Of_AnObject_IsCamelCaseJson()
    {
        Assert.Equal("""{"file":"a","mode":"Slow"}""", AgentResult.Of(new Input("a", Mode.Slow)).Output);
        Assert.Equal("null", AgentResult.Empty.Output);
    }

    private AgentContext Context(string json) => new(
        TaskId.Parse("01M81CB2HB0C00000000000000"),
        "text.digest",
        1,
        JsonSerializer.Deserialize<JsonElement>(json),
        DateTimeOffset.UnixEpoch,
        _reporter);

    private sealed record Input(string File, Mode Mode);

    private sealed class Reporter : IAttemptReporter
    {
        public List<string> Lines { get; } = [];

        public void Log(AttemptLogLevel level, string message) => Lines.Add($"{level} {message}");

        public void Progress(int percent, string? text) => Lines.Add($"{percent} {text}");

        public void Heartbeat(string details) => Lines.Add($"alive {details}");

        public ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult("token");
    }
}
