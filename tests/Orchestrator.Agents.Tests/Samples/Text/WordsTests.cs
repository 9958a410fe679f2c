using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Text;

public sealed class WordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" .,-'!? ", "")]
    [InlineData("one two", "one|two")]
    [InlineData("don't well-known o’clock", "don't|well-known|o’clock")]
    [InlineData("'quoted' -dash- trailing'", "quoted|dash|trailing")]
    [InlineData("a--b", "a|b")]
    [InlineData("3.5 x2", "3|5|x2")]
    [InlineData("Größe naïve", "Größe|naïve")]
    [InlineData("cafe\u0301 bar", "cafe\u0301|bar")]
    [InlineData("日本語 text", "日本語|text")]
    [InlineData("😀 𝒳y", "𝒳y")]
    [InlineData("a\ud83d b", "a|b")]
    public void In_Text_FindsItsWords(string text, string expected) => Assert.Equal(expected, string.Join('|', Words.In(text)));
}
