using Orchestrator.Agents.Samples.Files;

namespace Orchestrator.Agents.Tests.Samples.Files;

public sealed class FilesListAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Folder_ListsMatchingFilesByPath()
    {
        _folder.Write("b.md", "12345");
        _folder.Write("a/z.md", "1");
        _folder.Write("a/y.txt", "");
        _folder.Write("B.md", "é");

        var output = await ListAsync(new FilesListInput(_folder.Path, "*.md"));

        Assert.Equal(["B.md 2", "a/z.md 1", "b.md 5"], output.Files.Select(file => $"{file.Path} {file.Bytes}"));
        Assert.All(output.Files, file => Assert.Equal(_folder.Path, file.Folder));
        Assert.Equal((3, false), (output.Matching, output.IsTruncated));
    }

    [Fact]
    public async Task RunAsync_Output_HasTheDocumentedJson()
    {
        _folder.Write("a.md", "1");

        var json = await SampleRun.RunAsync(new FilesListAgent(SampleRun.Rules(_folder.Path)), new { folder = _folder.Path });

        Assert.Equal($$"""{"folder":"{{_folder.Path}}","files":[{"folder":"{{_folder.Path}}","path":"a.md","bytes":1}],"matching":1,"isTruncated":false}""", json);
    }

    [Fact]
    public async Task RunAsync_Paths_LooksOnlyThereAndListsNothingTwice()
    {
        _folder.Write("README.md", "");
        _folder.Write("docs/a.md", "");
        _folder.Write("other/b.md", "");

        var output = await ListAsync(new FilesListInput(_folder.Path, "*.md", ["docs", "README.md", "docs/a.md"]));

        Assert.Equal(["README.md", "docs/a.md"], output.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task RunAsync_HiddenFoldersAndLinks_ArePassedOver()
    {
        _folder.Write(".git/config", "");
        _folder.Write(".editorconfig", "");
        _folder.Write("a/b", "");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "a", "loop"), _folder.Path);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Path.Combine(_folder.Path, "a", "b"));

        var output = await ListAsync(new FilesListInput(_folder.Path));

        Assert.Equal([".editorconfig", "a/b"], output.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task RunAsync_MoreThanTheLimit_ListsTheFirstAndSaysSo()
    {
        foreach (var name in new[] { "c", "a", "b" })
            _folder.Write(name, "");

        var output = await ListAsync(new FilesListInput(_folder.Path, Limit: 2));

        Assert.Equal(["a", "b"], output.Files.Select(file => file.Path));
        Assert.Equal((3, true), (output.Matching, output.IsTruncated));
    }

    [Fact]
    public async Task RunAsync_NoMatch_ListsNothing()
    {
        var output = await ListAsync(new FilesListInput(_folder.Path, "*.nothing"));

        Assert.Empty(output.Files);
        Assert.Equal((0, false), (output.Matching, output.IsTruncated));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5_001)]
    public async Task RunAsync_LimitOutOfRange_Fails(int limit) =>
        Assert.Equal($"limit_invalid: The limit is {limit}; it must be 1 to 5000.", await FailAsync(new FilesListInput(_folder.Path, Limit: limit)));

    [Fact]
    public async Task RunAsync_MissingFolder_Fails()
    {
        var missing = Path.Combine(_folder.Path, "missing");

        Assert.Equal($"folder_not_found: Folder {missing} does not exist.", await FailAsync(new FilesListInput(missing)));
    }

    [Fact]
    public async Task RunAsync_MissingPath_Fails() =>
        Assert.Equal($"path_not_found: 'missing' does not exist in {_folder.Path}.", await FailAsync(new FilesListInput(_folder.Path, Paths: ["missing"])));

    [Fact]
    public async Task RunAsync_PathOutOfTheFolder_Fails()
    {
        _folder.Write("in/a", "");

        Assert.Equal(
            $"path_not_allowed: '..' leads out of {_folder.Path}/in.",
            await FailAsync(new FilesListInput(Path.Combine(_folder.Path, "in"), Paths: [".."])));
    }

    [Fact]
    public async Task RunAsync_Cancelled_Stops()
    {
        _folder.Write("a", "");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            SampleRun.RunAsync(new FilesListAgent(SampleRun.Rules(_folder.Path)), new FilesListInput(_folder.Path), new CancellationToken(canceled: true)));
    }

    private Task<FilesListOutput> ListAsync(FilesListInput input) =>
        SampleRun.RunAsync<FilesListOutput>(new FilesListAgent(SampleRun.Rules(_folder.Path)), input);

    private Task<string> FailAsync(FilesListInput input) => SampleRun.FailAsync(new FilesListAgent(SampleRun.Rules(_folder.Path)), input);
}
