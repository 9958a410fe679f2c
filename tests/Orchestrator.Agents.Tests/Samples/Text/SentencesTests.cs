using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Text;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("... !?", "")]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("It costs 3.5 in host.json today.", "It costs 3.5 in host.json today.")]
    [InlineData("He said \"go.\" Then he left.", "He said \"go.\"|Then he left.")]
    [InlineData("one\nline\n\nnext  paragraph", "one line|next paragraph")]
    [InlineData("windows\r\n\r\n\r\nlines", "windows|lines")]
    [InlineData("一文。二文。", "一文。|二文。")]
    [InlineData("Wait… what?", "Wait…|what?")]
    public void In_Text_SplitsIt(string text, string expected) => Assert.Equal(expected, string.Join('|', Sentences.In(text)));
}
