using Microsoft.Extensions.Configuration;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Tests.Startup;

public sealed class HostFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"functionTimeout":"00:07:00"}""", "00:07:00")]
    [InlineData("""{"functionTimeout":"-1"}""", "1.00:00:00")]
    public void Read_Timeout_IsTheAppsToo(string text, string expected)
    {
        var file = Read(text);

        Assert.Equal([], file.Faults);
        Assert.Equal(TimeSpan.Parse(expected), file.Limits.FunctionTimeout);
    }

    [Fact]
    public void Read_SettingInItsPlace_Wins()
    {
        var file = Read("""{"functionTimeout":"00:07:00"}""", ("AzureFunctionsJobHost:functionTimeout", "00:03:00"));

        Assert.Equal(TimeSpan.FromMinutes(3), file.Limits.FunctionTimeout);
    }

    [Theory]
    [InlineData("""{}""", "host.json: functionTimeout is not set; it must be a time (hh:mm:ss) from 00:00:01 to 1.00:00:00, or -1 for none.")]
    [InlineData("""{"functionTimeout":"2.00:00:00"}""", "host.json: functionTimeout is '2.00:00:00'; it must be a time (hh:mm:ss) from 00:00:01 to 1.00:00:00, or -1 for none.")]
    [InlineData("{", "is not valid JSON")]
    [InlineData(null, "There is no host.json in")]
    public void Read_AtFault_SaysSo(string? text, string expected)
    {
        var file = Read(text);

        Assert.Contains(expected, Assert.Single(file.Faults), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(10), file.Limits.FunctionTimeout);
    }

    [Fact]
    public void Read_OfTheRepository_SaysEveryValueOnPurpose()
    {
        var file = HostFile.Read(AppContext.BaseDirectory, new ConfigurationBuilder().Build());

        Assert.Equal([], file.Faults);
        Assert.Equal(
            [
                "extensions:durableTask:hubName=Orchestrator",
                "extensions:durableTask:maxConcurrentActivityFunctions=64",
                "extensions:durableTask:maxConcurrentEntityFunctions=64",
                "extensions:durableTask:maxConcurrentOrchestratorFunctions=64",
                "extensions:durableTask:storageProvider:connectionName=TaskHubStorage",
                "extensions:durableTask:storageProvider:maxQueuePollingInterval=00:00:02",
                "extensions:durableTask:storageProvider:partitionCount=8",
                "extensions:http:routePrefix=api",
                "extensions:queues:batchSize=16",
                "extensions:queues:maxDequeueCount=5",
                "extensions:queues:maxPollingInterval=00:00:02",
                "extensions:queues:newBatchThreshold=8",
                "extensions:queues:visibilityTimeout=00:00:10",
                "functionTimeout=00:10:00",
            ],
            file.Root.AsEnumerable().Where(pair => pair.Value is not null && !pair.Key.StartsWith("logging", StringComparison.Ordinal) && pair.Key != "version")
                .Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
    }

    private HostFile Read(string? text, params (string Key, string Value)[] settings)
    {
        if (text is not null)
            File.WriteAllText(Path.Combine(_folder, "host.json"), text);
        return HostFile.Read(_folder, new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build());
    }
}
