using Orchestrator.Agents.Samples.Files;

namespace Orchestrator.Agents.Tests.Samples.Files;

public sealed class FileAccessRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ForReading_InsideAllowedFolder_GivesTheFullPath()
    {
        var allowed = Directory.CreateDirectory(Path.Combine(_folder.Path, "in")).FullName;

        Assert.Equal(Path.Combine(allowed, "b"), SampleRun.Rules(allowed).ForReading(Path.Combine(allowed, "a", "..", "b")));
        Assert.Equal(allowed, SampleRun.Rules(allowed).ForReading(allowed));
    }

    [Theory]
    [InlineData("in/../out/a")]
    [InlineData("inside")]
    [InlineData("")]
    public void ForReading_Outside_IsRefused(string relative)
    {
        var path = Path.Combine(_folder.Path, relative);

        var exception = Assert.Throws<AgentException>(() => SampleRun.Rules(Path.Combine(_folder.Path, "in")).ForReading(path));

        Assert.Equal("path_not_allowed", exception.Code);
        Assert.Equal($"{path} may not be read: it is in none of the folders of Agents:Files:ReadFolders.", exception.Message);
    }

    [Fact]
    public void ForReading_LinkOutOfTheFolder_IsRefused()
    {
        _folder.Write("out/secret.txt", "x");
        var allowed = Directory.CreateDirectory(Path.Combine(_folder.Path, "in")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(allowed, "link"), Path.Combine("..", "out"));

        var exception = Assert.Throws<AgentException>(() => SampleRun.Rules(allowed).ForReading(Path.Combine(allowed, "link", "secret.txt")));

        Assert.Equal("path_not_allowed", exception.Code);
    }

    [Fact]
    public void ForReading_AllowedFolderIsALink_AllowsWhatItLeadsTo()
    {
        var file = _folder.Write("real/a.txt", "x");
        var link = Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Path.Combine(_folder.Path, "real")).FullName;

        Assert.Equal(file, SampleRun.Rules(link).ForReading(Path.Combine(link, "a.txt")));
    }

    [Fact]
    public void ForReading_LinksInACircle_IsRefused()
    {
        var link = Path.Combine(_folder.Path, "circle");
        Directory.CreateSymbolicLink(link, link);

        var exception = Assert.Throws<AgentException>(() => SampleRun.Rules(_folder.Path).ForReading(link));

        Assert.Equal(("path_invalid", $"{link} leads through more than 40 links."), (exception.Code, exception.Message));
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("")]
    [InlineData("/a\0b")]
    public void ForReading_NotAbsolute_IsRefused(string path)
    {
        var exception = Assert.Throws<AgentException>(() => SampleRun.Rules("/").ForReading(path));

        Assert.Equal(("path_invalid", $"'{path}' is not an absolute path."), (exception.Code, exception.Message));
    }

    [Fact]
    public void ForWriting_OnlyReadAllowed_IsRefused()
    {
        var path = Path.Combine(_folder.Path, "a");

        var exception = Assert.Throws<AgentException>(() => SampleRun.Rules(readFolder: _folder.Path).ForWriting(path));

        Assert.Equal($"{path} may not be written: it is in none of the folders of Agents:Files:WriteFolders.", exception.Message);
    }

    [Fact]
    public void Validate_RelativeFolders_NamesEachOne()
    {
        var options = new FileAccessOptions();
        options.ReadFolders.Add("/fine");
        options.ReadFolders.Add("docs");
        options.WriteFolders.Add("");

        var result = new FileAccessOptionsValidator().Validate(null, options);

        Assert.Equal(
            ["Agents:Files:ReadFolders:1 is 'docs'; it must be an absolute path.", "Agents:Files:WriteFolders:0 is ''; it must be an absolute path."],
            result.Failures);
    }
}
