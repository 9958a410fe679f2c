using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Text;

public sealed class ReadingEaseTests
{
    [Theory]
    [InlineData("cat", 1)]
    [InlineData("the", 1)]
    [InlineData("make", 1)]
    [InlineData("whole", 1)]
    [InlineData("table", 2)]
    [InlineData("times", 1)]
    [InlineData("boxes", 2)]
    [InlineData("walked", 1)]
    [InlineData("waited", 2)]
    [InlineData("readability", 5)]
    [InlineData("ORCHESTRATOR", 4)]
    [InlineData("free", 1)]
    [InlineData("rhythm", 1)]
    [InlineData("42", 1)]
    [InlineData("日本語", 1)]
    public void Syllables_Word_AreEstimated(string word, int expected) => Assert.Equal(expected, ReadingEase.Syllables(word));

    [Fact]
    public void Of_Text_IsFleschsFormula()
    {
        // 206.835 - 1.015 * 100 / 5 - 84.6 * 150 / 100 = 59.635
        Assert.Equal(59.6, ReadingEase.Of(100, 5, 150));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    public void Of_NoWords_IsUnknown(int words, int sentences) => Assert.Null(ReadingEase.Of(words, sentences, 0));
}
