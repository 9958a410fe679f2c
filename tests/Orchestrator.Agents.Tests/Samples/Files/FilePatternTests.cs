using Orchestrator.Agents.Samples.Files;

namespace Orchestrator.Agents.Tests.Samples.Files;

public sealed class FilePatternTests
{
    [Theory]
    [InlineData("*", "a", true)]
    [InlineData("*", "x/y/.hidden", true)]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/deep/a.MD", true)]
    [InlineData("*.md", "docs/a.md.txt", false)]
    [InlineData("*.md", "docs/amd", false)]
    [InlineData("docs/*.md", "docs/a.md", true)]
    [InlineData("docs/*.md", "docs/deep/a.md", false)]
    [InlineData("docs/*.md", "other/docs/a.md", false)]
    [InlineData("/a.md", "a.md", true)]
    [InlineData("/a.md", "docs/a.md", false)]
    [InlineData("docs/**/*.md", "docs/a.md", true)]
    [InlineData("docs/**/*.md", "docs/x/y/a.md", true)]
    [InlineData("docs/**", "docs/x/y/a", true)]
    [InlineData("**/x/*", "x/a", true)]
    [InlineData("**/x/*", "yx/a", false)]
    [InlineData("a?.txt", "ab.txt", true)]
    [InlineData("a?.txt", "a.txt", false)]
    [InlineData("a?c/d", "a/c/d", false)]
    [InlineData("*.md; *.txt", "a.txt", true)]
    [InlineData("*.md;;", "a.txt", false)]
    [InlineData("(a+)+[b]$.md", "(a+)+[b]$.md", true)]
    [InlineData("a|b", "a", false)]
    [InlineData("*.md", "line\nbreak.md", true)]
    public void Matches_Path_IsAsTheNotationSays(string pattern, string path, bool expected) =>
        Assert.Equal(expected, FilePattern.Parse(pattern).Matches(path));

    [Theory]
    [InlineData("", "The pattern is empty; '*' means every file.")]
    [InlineData(" ; ", "The pattern is empty; '*' means every file.")]
    [InlineData(@"docs\*.md", @"The pattern 'docs\*.md' holds a backslash; folders are separated by '/'.")]
    public void Parse_Unusable_IsRefused(string pattern, string expected)
    {
        var exception = Assert.Throws<AgentException>(() => FilePattern.Parse(pattern));

        Assert.Equal(("pattern_invalid", expected, false), (exception.Code, exception.Message, exception.IsRetryable));
    }
}
