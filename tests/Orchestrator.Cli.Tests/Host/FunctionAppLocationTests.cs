using Orchestrator.Cli.Host;

namespace Orchestrator.Cli.Tests.Host;

public sealed class FunctionAppLocationTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("/x/bin/Embedded/Debug/net10.0/", "Debug")]
    [InlineData("/x/bin/Embedded/Release/net10.0/", "Release")]
    public void Find_BothBuilt_PrefersTheCommandsConfiguration(string commandFolder, string expected)
    {
        Build("Debug");
        Build("Release");

        Assert.Equal(Assembly(expected), FunctionAppLocation.Find(_session.Repository, commandFolder));
    }

    [Theory]
    [InlineData("/x/bin/Embedded/Debug/net10.0/", "Release")]
    [InlineData("/x/bin/Embedded/Release/net10.0/", "Debug")]
    public void Find_OnlyTheOtherBuilt_TakesIt(string commandFolder, string built)
    {
        Build(built);

        Assert.Equal(Assembly(built), FunctionAppLocation.Find(_session.Repository, commandFolder));
    }

    [Fact]
    public void Find_NotBuilt_SaysWhatToDo()
    {
        var exception = Assert.Throws<CommandException>(() => FunctionAppLocation.Find(_session.Repository, "/x"));

        Assert.Equal($"The function app has not been built: run 'dotnet build src/Orchestrator.Functions' in {_session.Repository.Path}.", exception.Message);
    }

    private void Build(string configuration) => _session.Write(Path.GetRelativePath(_session.Repository.Path, Assembly(configuration)));

    private string Assembly(string configuration) =>
        Path.Combine(_session.Repository.Path, "src", "Orchestrator.Functions", "bin", "Embedded", configuration, "net10.0", "Orchestrator.Functions.dll");
}
