using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.History;

public sealed class DeadLetterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Id_WrittenAndRead_IsTheSame()
    {
        var id = DeadLetterId.New(Now, "0123456789abcdef0123");

        Assert.Equal("01a202b2c5000123456789abcdef0123", id.ToString());
        Assert.True(DeadLetterId.TryParse(id.ToString(), out var read));
        Assert.Equal((id, Now.ToUnixTimeMilliseconds(), "0123456789abcdef0123"), (read, read.Milliseconds, read.Hash));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("019aab0edc000123456789abcdef012")]
    [InlineData("019aab0edc000123456789abcdef01234")]
    [InlineData("019AAB0EDC000123456789ABCDEF0123")]
    [InlineData("019aab0edc000123456789abcdef012/")]
    [InlineData("ffffffffffff0123456789abcdef0123")]
    public void TryParse_NoId_False(string? text) => Assert.False(DeadLetterId.TryParse(text, out _));

    [Theory]
    [InlineData("0123")]
    [InlineData("0123456789ABCDEF0123")]
    public void New_NoHash_Thrown(string hash) =>
        Assert.StartsWith($"'{hash}' and 2026-11-22T10:00:00.0000000+00:00 make no id of a dead letter.", Assert.Throws<ArgumentException>(() => DeadLetterId.New(Now, hash)).Message, StringComparison.Ordinal);

    [Fact]
    public void With_FailureAfterASuccess_TheSuccessStays()
    {
        var success = new DeadLetterRedrive(Now, RedriveOutcome.Delivered, Task: null, Error: null);
        var failure = new DeadLetterRedrive(Now, RedriveOutcome.Failed, Task: null, new TaskError("code", "reason"));

        var letter = Letter().With(failure).With(success).With(failure);

        Assert.Equal((3, DeadLetterState.Redriven, success), (letter.Redrives, letter.State, letter.Redrive));
        Assert.Equal((DeadLetterState.Dead, DeadLetterState.Dead), (Letter().State, Letter().With(failure).State));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("not\tJSON\r\n", "not JSON  ")]
    [InlineData("[1]", "[1]")]
    [InlineData("{}", "{}")]
    [InlineData("""{"type":"a","n":1.50,"input":"secret","output":1,"tags":[1],"callback":{"url":1}, "x":null}""", """{type: "a", n: 1.50, input: …, output: …, tags: […], callback: {…}, x: null}""")]
    public void Preview_Body_OnOneLineWithoutWhatLiesDeeper(string body, string preview) => Assert.Equal(preview, DeadLetterPreview.Of(body));

    [Fact]
    public void Preview_LongBodies_Cut()
    {
        Assert.Equal(new string('é', 99) + '…', DeadLetterPreview.Of(new string('é', 101)));
        Assert.Equal(new string('é', 100), DeadLetterPreview.Of(new string('é', 100)));
        var preview = DeadLetterPreview.Of($$"""{{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"p{i}\":{i}"))}}}""");
        Assert.Equal((200, "{p0: 0, p1: 1, ", '…'), (preview.Length, preview[..15], preview[^1]));
        Assert.Equal(98 + 1, DeadLetterPreview.Of(new string('a', 98) + "😀😀").Length);
    }

    private static DeadLetter Letter() => new()
    {
        Source = "queue:tasks",
        Id = "1",
        ArrivedAt = Now,
        DeadAt = Now,
        Code = "invalid_task",
        Reason = "It is no task.",
        Body = "{}",
    };
}
