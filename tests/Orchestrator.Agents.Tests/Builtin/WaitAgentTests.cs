using System.Text.Json;
using Orchestrator.Agents.Builtin;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Agents.Tests.Builtin;

public sealed class WaitAgentTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Start);

    [Theory]
    [InlineData("""{"duration":"PT1M"}""", 60)]
    [InlineData("""{"until":"2026-11-22T13:02:00+01:00"}""", 120)]
    public async Task RunAsync_TimeAhead_DefersUntilThen(string input, int seconds)
    {
        Assert.Equal(Start.AddSeconds(seconds), (await RunAsync(input)).DeferredUntil);

        // Begun anew, it counts from the first beginning.
        _time.Advance(TimeSpan.FromSeconds(seconds));
        var done = await RunAsync(input);
        Assert.Equal((null, $$"""{"until":"{{Start.AddSeconds(seconds).UtcDateTime:yyyy-MM-ddTHH:mm:ss}}Z"}"""), (done.DeferredUntil, done.Output));
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("{}", "")]
    [InlineData("""{"duration":5}""", "")]
    [InlineData("""{"duration":"PT1M","until":"2026-11-22T12:00:00Z"}""", "/until")]
    [InlineData("""{"duration":"a while"}""", "/duration")]
    [InlineData("""{"duration":"-PT1S"}""", "/duration")]
    [InlineData("""{"duration":"P366D"}""", "/duration")]
    [InlineData("""{"until":"tomorrow","for/what":1}""", "/for~1what /until")]
    public async Task RunAsync_BadInput_IsRefusedNamingEveryFault(string input, string pointers)
    {
        Assert.Equal(pointers, string.Join(' ', WaitAgent.FindFaults(JsonElement.Parse(input)).Select(fault => fault.Pointer)));
        Assert.Equal("input_invalid", (await Assert.ThrowsAsync<AgentException>(() => RunAsync(input))).Code);
    }

    private Task<AgentResult> RunAsync(string input)
    {
        var context = new AgentContext(TaskId.Parse("01J0000000000000000000000G"), "wait", 1, JsonElement.Parse(input), Start.AddHours(1), new RecordingReporter()) { StartedAt = Start };
        return new WaitAgent(_time).RunAsync(context, CancellationToken.None);
    }
}
