using Microsoft.Extensions.Configuration;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Tests.Startup;

public sealed class HostSettingsTests
{
    [Fact]
    public void List_AddressesThatMayHoldAKey_AreMasked()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("AzureWebJobsStorage:tableServiceUri", "https://a.table.core.windows.net/?sv=2020&sig=hidden"),
            new("AzureWebJobsStorage:queueServiceUri", "https://a.queue.core.windows.net/"),
            new("AzureWebJobsStorage:blobServiceUri", "AccountName=a;AccountKey=hidden=="),
            new("AzureWebJobsStorage:clientId", "11111111-1111-1111-1111-111111111111"),
        ]).Build();

        var listed = new HostSettings(configuration, HostFile.Read(AppContext.BaseDirectory, configuration)).List().Where(setting => setting.Key.StartsWith("AzureWebJobsStorage:", StringComparison.Ordinal));

        Assert.Equal(
            [
                ("AzureWebJobsStorage:tableServiceUri", "***", true),
                ("AzureWebJobsStorage:queueServiceUri", "https://a.queue.core.windows.net/", false),
                ("AzureWebJobsStorage:blobServiceUri", "***", true),
                ("AzureWebJobsStorage:clientId", "11111111-1111-1111-1111-111111111111", false),
            ],
            listed.Select(setting => (setting.Key, setting.Value, setting.IsSecret)));
    }
}
