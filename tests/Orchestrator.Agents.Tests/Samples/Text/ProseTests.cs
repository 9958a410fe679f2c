using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Text;

public sealed class ProseTests
{
    [Theory]
    [InlineData("# Title\nText here.", "Title|Text here.")]
    [InlineData("Before.\n```csharp\nvar x = 1;\n```\nAfter.", "Before.|After.")]
    [InlineData("Before.\n~~~\nopen to the end", "Before.")]
    [InlineData("Run:\n\n    dotnet test\n\nDone.", "Run:|Done.")]
    [InlineData("See [the guide](docs/a.md) and ![a picture](b.png).", "See the guide and a picture.")]
    [InlineData("- one\n- two\n1. three\n> four", "one|two|three|four")]
    [InlineData("| a | b |\n|---|---|\n| c | d |", "")]
    [InlineData("**bold** _soft_ `code` snake_case", "bold soft code snake_case")]
    [InlineData("a <!-- not\nread --> b", "a b")]
    [InlineData("One\n---\nTwo", "One|Two")]
    public void OfMarkdown_Text_LeavesTheSentences(string markdown, string expected) =>
        Assert.Equal(expected, string.Join('|', Sentences.In(Prose.OfMarkdown(markdown))));
}
