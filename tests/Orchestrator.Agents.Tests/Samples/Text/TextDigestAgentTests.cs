using System.Text;
using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Tests.Samples.Text;

public sealed class TextDigestAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Text_CountsEverything()
    {
        _folder.Write("a.txt", "The cat sat. The cat saw the dog! Dogs, it's said, sleep.");

        var json = await SampleRun.RunAsync(new TextDigestAgent(SampleRun.Rules(_folder.Path)), new { folder = _folder.Path, path = "a.txt", keyTerms = 3 });

        Assert.Equal(
            """
            {"path":"a.txt","bytes":57,"words":12,"sentences":3,"readingEase":118.2,"keyTerms":[{"term":"cat","count":2},{"term":"dog","count":1},{"term":"dogs","count":1}],"longestSentence":{"text":"The cat saw the dog!","words":5}}
            """,
            json);
    }

    [Fact]
    public async Task RunAsync_Markdown_CountsWhatIsRead()
    {
        _folder.Write("a.md", "# Durable tasks\n\nTasks last.\n\n```\nvar code = ignored;\n```\n");

        var digest = await DigestAsync("a.md");

        Assert.Equal((4, 2), (digest.Words, digest.Sentences));
        Assert.Equal([new KeyTerm("tasks", 2), new KeyTerm("durable", 1)], digest.KeyTerms);
    }

    [Fact]
    public async Task RunAsync_EmptyFile_HasNothing()
    {
        _folder.Write("empty.txt", "");

        Assert.Equal(Empty("empty.txt", 0), Comparable(await DigestAsync("empty.txt")));
    }

    [Fact]
    public async Task RunAsync_NoWords_HasNothing()
    {
        _folder.Write("marks.txt", "... --- !!!\n\n***\n");

        Assert.Equal(Empty("marks.txt", 17), Comparable(await DigestAsync("marks.txt")));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task RunAsync_ByteOrderMark_IsReadAsItSays(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        _folder.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Größe zählt. 😀 ja.")]);

        var digest = await DigestAsync("a.txt");

        Assert.Equal((3, 2), (digest.Words, digest.Sentences));
        Assert.Equal(["größe", "zählt"], digest.KeyTerms.Select(term => term.Term));
    }

    [Fact]
    public async Task RunAsync_HugeLine_IsDigested()
    {
        const int words = 400_000;
        _folder.Write("huge.txt", string.Join(' ', Enumerable.Repeat("orchestrator", words)));

        var digest = await DigestAsync("huge.txt");

        Assert.Equal((words, 1), (digest.Words, digest.Sentences));
        Assert.Equal([new KeyTerm("orchestrator", words)], digest.KeyTerms);
        Assert.Equal((301, words), (digest.LongestSentence!.Text.Length, digest.LongestSentence.Words));
        Assert.EndsWith("…", digest.LongestSentence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LongSentence_IsNotCutWithinACharacter()
    {
        _folder.Write("a.txt", "a " + new string('b', 297) + "😀😀");

        var digest = await DigestAsync("a.txt");

        Assert.Equal("a " + new string('b', 297) + "…", digest.LongestSentence!.Text);
    }

    [Fact]
    public async Task RunAsync_Binary_Fails()
    {
        var path = _folder.Write("a.bin", [1, 2, 0, 3]);

        Assert.Equal($"file_not_text: {path} is not a text file: it holds a NUL character.", await FailAsync(new TextDigestInput(path)));
    }

    [Fact]
    public async Task RunAsync_TooLarge_Fails()
    {
        var path = _folder.Write("a.txt", "");
        using (var file = File.OpenWrite(path))
            file.SetLength((10 * 1024 * 1024) + 1);

        Assert.Equal($"file_too_large: {path} is 10485761 bytes long; at most 10485760 are digested.", await FailAsync(new TextDigestInput(path)));
    }

    [Fact]
    public async Task RunAsync_MissingFile_Fails()
    {
        var path = Path.Combine(_folder.Path, "gone", "a.txt");

        Assert.Equal($"file_not_found: File {path} does not exist.", await FailAsync(new TextDigestInput(path)));
    }

    [Fact]
    public async Task RunAsync_Folder_Fails() =>
        Assert.Equal(
            $"file_not_readable: {_folder.Path} cannot be read as a file: Access to the path '{_folder.Path}' is denied.",
            await FailAsync(new TextDigestInput(_folder.Path)));

    [Fact]
    public async Task RunAsync_OutsideTheAllowedFolders_Fails() =>
        Assert.StartsWith("path_not_allowed: ", await FailAsync(new TextDigestInput("../a.txt", _folder.Path)), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task RunAsync_KeyTermsOutOfRange_Fails(int keyTerms) =>
        Assert.Equal(
            $"key_terms_invalid: The number of key terms is {keyTerms}; it must be 0 to 100.",
            await FailAsync(new TextDigestInput("a.txt", _folder.Path, keyTerms)));

    private static TextDigest Empty(string path, long bytes) => new(path, bytes, 0, 0, null, null!, null);

    private static TextDigest Comparable(TextDigest digest)
    {
        Assert.Empty(digest.KeyTerms);
        return digest with { KeyTerms = null! };
    }

    private Task<TextDigest> DigestAsync(string path) =>
        SampleRun.RunAsync<TextDigest>(new TextDigestAgent(SampleRun.Rules(_folder.Path)), new TextDigestInput(path, _folder.Path));

    private Task<string> FailAsync(TextDigestInput input) => SampleRun.FailAsync(new TextDigestAgent(SampleRun.Rules(_folder.Path)), input);
}
