using System.Text.Json;

namespace Orchestrator.Infra.Tests.Files;

public sealed class HostFileTests
{
    [Fact]
    public void HostFile_AsDeployed_BoundsAFunctionByTime()
    {
        using var host = JsonDocument.Parse(RepositoryFiles.Read("host.json"));

        Assert.Equal("2.0", host.RootElement.GetProperty("version").GetString());
        Assert.Equal("00:10:00", host.RootElement.GetProperty("functionTimeout").GetString());
    }
}
