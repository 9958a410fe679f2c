using Microsoft.Extensions.Configuration;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Tests.Recovery;

public sealed class TaskHubNameTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=UseDevelopmentStorage=true", "Hub@devstoreaccount1")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=AccountName=one;AccountKey=hidden", "Hub@one")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=usedevelopmentstorage=True;DevelopmentStorageProxyUri=http://emulator", "Hub@devstoreaccount1")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=BlobEndpoint=https://one.blob.core.windows.net/;TableEndpoint=https://two.table.core.windows.net/;SharedAccessSignature=sv=1&sig=a=", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=QueueEndpoint=https://two.queue.core.windows.net;SharedAccessSignature=sv=1&sig=a=", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=BlobEndpoint=https://two.z12.blob.storage.azure.net/;SharedAccessSignature=sv=1&sig=a=", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=TableEndpoint=http://127.0.0.1:10002/two;SharedAccessSignature=sv=1&sig=a=", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=TableEndpoint=https://tables.example.com/;SharedAccessSignature=sv=1&sig=a=", "Hub@tables.example.com")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=AccountName=;TableEndpoint=no address;UseDevelopmentStorage=false;junk", "Hub@")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage=AccountName=one|TaskHubStorage=junk", "Hub@one")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:accountName=one", "Hub@one")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:blobServiceUri=https://one.blob.core.windows.net|TaskHubStorage:queueServiceUri=https://two.queue.core.windows.net", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:accountName=one|TaskHubStorage:tableServiceUri=https://two.table.core.windows.net", "Hub@two")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:accountName=one|AzureWebJobsTaskHubStorage:accountName=three|TaskHubStorage:accountName=two", "Hub@three")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:accountName=one|TaskHubStorage=DefaultEndpointsProtocol=https;AccountName=two;AccountKey=hidden", "Hub@two")]
    [InlineData("%WHICH%", "AzureWebJobsStorage:accountName=one|WHICH=Second|Second:accountName=two", "Hub@two")]
    [InlineData("", "AzureWebJobsStorage:accountName=one|TaskHubStorage:accountName=two", "Hub@one")]
    [InlineData("TaskHubStorage", "AzureWebJobsStorage:accountName=one|AzureFunctionsJobHost:extensions:durableTask:hubName=Other", "Other@one")]
    public void Find_NameAndAccount_AsThePlatformReadsThem(string connection, string settings, string expected)
    {
        File.WriteAllText(
            Path.Combine(_folder.FullName, "host.json"),
            $$"""{"functionTimeout":"00:10:00","extensions":{"durableTask":{"hubName":"Hub","storageProvider":{"connectionName":"{{connection}}"} } } }""");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split('|').Select(setting => setting.Split('=', 2)).Select(pair => new KeyValuePair<string, string?>(pair[0], pair[1])))
            .Build();

        Assert.Equal(expected, TaskHubName.Find(HostFile.Read(_folder.FullName, configuration), configuration).Text);
    }
}
