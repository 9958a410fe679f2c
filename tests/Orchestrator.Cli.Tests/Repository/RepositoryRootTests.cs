using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Tests.Repository;

public sealed class RepositoryRootTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Find_Below_WalksUpToTheSolution()
    {
        _session.Write("Orchestrator.sln");
        var below = Directory.CreateDirectory(Path.Combine(_session.Repository.Path, "src", "x")).FullName;

        Assert.Equal(_session.Repository, RepositoryRoot.Find(below));
    }

    [Fact]
    public void Find_Elsewhere_SaysWhatToDo()
    {
        var exception = Assert.Throws<CommandException>(() => RepositoryRoot.Find(_session.Repository.Path));

        Assert.Equal($"No Orchestrator.sln was found in {_session.Repository.Path} or above it: run the command from a checkout of the repository.", exception.Message);
    }
}
