using Orchestrator.Agents.Samples.Reports;
using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Reports;

public sealed class MarkdownReportAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Digests_MakesTheReport()
    {
        var output = await ReportAsync(new MarkdownReportInput(
            "Docs",
            [
                new TextDigest("b.md", 10, 300, 20, 40.04, [new KeyTerm("task", 9), new KeyTerm("agent", 2)], new LongestSentence("A long one.", 30)),
                new TextDigest("a|<b>.md", 10, 100, 10, 80, [new KeyTerm("agent", 7)], new LongestSentence("The `longest` [one].", 31)),
                new TextDigest("empty.md", 0, 0, 0, null, [], null),
            ]));

        Assert.Null(output.Path);
        Assert.Equal(
            """
            # Docs

            3 texts, 400 words, 30 sentences. Reading ease, weighted by words: 50.0 (fairly difficult).

            ## Texts

            | Text | Words | Sentences | Reading ease | Key terms |
            |---|--:|--:|--:|---|
            | a\|&lt;b>.md | 100 | 10 | 80.0 | agent |
            | b.md | 300 | 20 | 40.0 | task, agent |
            | empty.md | 0 | 0 | – |  |

            ## Key terms of all texts

            | Term | Count | Texts |
            |---|--:|--:|
            | agent | 9 | 2 |
            | task | 9 | 1 |

            ## Longest sentences

            - a\|&lt;b>.md (31 words): The \`longest\` \[one\].
            - b.md (30 words): A long one.

            """,
            output.Markdown);
    }

    [Fact]
    public async Task RunAsync_NoDigests_MakesAnEmptyReport() =>
        Assert.Equal("# Nothing\n\n0 texts, 0 words, 0 sentences.\n", (await ReportAsync(new MarkdownReportInput("Nothing", []))).Markdown);

    [Theory]
    [InlineData(95, "very easy")]
    [InlineData(80, "easy")]
    [InlineData(79.96, "fairly easy")]
    [InlineData(65, "standard")]
    [InlineData(-5, "very difficult")]
    [InlineData(30, "difficult")]
    public async Task RunAsync_ReadingEase_IsNamed(double ease, string expected) =>
        Assert.Contains($"({expected})", (await ReportAsync(new MarkdownReportInput("x", [new TextDigest("a", 1, 5, 1, ease, [], null)]))).Markdown, StringComparison.Ordinal);

    [Fact]
    public async Task RunAsync_WriteTo_ReplacesTheFileAndLeavesNothingElse()
    {
        var path = _folder.Write("reports/report.md", "old");

        var output = await ReportAsync(new MarkdownReportInput("New", [], path));

        Assert.Equal(path, output.Path);
        Assert.Equal(output.Markdown, await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task RunAsync_WriteToTwice_GivesTheSame()
    {
        var path = Path.Combine(_folder.Path, "new", "report.md");

        var both = await Task.WhenAll(ReportAsync(new MarkdownReportInput("New", [], path)), ReportAsync(new MarkdownReportInput("New", [], path)));

        Assert.Equal(both[0], both[1]);
        Assert.Equal(both[0].Markdown, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task RunAsync_WriteToAFolder_Fails() =>
        Assert.Equal(
            $"path_is_folder: The report cannot be written to {_folder.Path}: it is a folder.", await FailAsync(new MarkdownReportInput("x", [], _folder.Path)));

    [Fact]
    public async Task RunAsync_WriteToSomewhereElse_Fails() =>
        Assert.Equal(
            "path_not_allowed: /etc/report.md may not be written: it is in none of the folders of Agents:Files:WriteFolders.",
            await FailAsync(new MarkdownReportInput("x", [], "/etc/report.md")));

    private Task<MarkdownReportOutput> ReportAsync(MarkdownReportInput input) =>
        SampleRun.RunAsync<MarkdownReportOutput>(new MarkdownReportAgent(SampleRun.Rules(writeFolder: _folder.Path)), input);

    private Task<string> FailAsync(MarkdownReportInput input) => SampleRun.FailAsync(new MarkdownReportAgent(SampleRun.Rules(writeFolder: _folder.Path)), input);
}
