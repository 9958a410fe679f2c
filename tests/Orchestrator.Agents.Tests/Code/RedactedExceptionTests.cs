using System.Text.Json;
using Orchestrator.Agents.Code;
using Orchestrator.Agents.Tests.Secrets;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Tests.Code;

public sealed class RedactedExceptionTests
{
    private readonly AgentContext _context = new(TaskId.Parse("01J0000000000000000000000G"), "t", 1, JsonElement.Parse("null"), DateTimeOffset.MaxValue, new RecordingReporter())
    {
        Secrets = new AttemptSecrets(new MemorySecrets { ["key"] = "a-long-secret" }),
    };

    [Fact]
    public async Task Of_ExceptionThatSaysASecret_SaysItNoMore()
    {
        var exception = new InvalidOperationException("outer a-long-secret", new FormatException("inner a-long-secret"));
        Assert.Same(exception, RedactedException.Of(exception, _context));
        Assert.Equal(("a-long-secret", "secret key"), (await _context.ResolveAsync("secret:key", CancellationToken.None), await _context.ResolveAsync("secret key", CancellationToken.None)));

        var redacted = RedactedException.Of(exception, _context);

        Assert.Equal(("outer ***", null), (redacted.Message, redacted.InnerException));
        Assert.Equal("System.InvalidOperationException: outer ***\n ---> System.FormatException: inner ***\n   --- End of inner exception stack trace ---", redacted.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Of_NothingSecret_IsTheExceptionItself()
    {
        var exception = new InvalidOperationException("a-long-secret");

        Assert.Same(exception, RedactedException.Of(exception, _context));
    }
}
