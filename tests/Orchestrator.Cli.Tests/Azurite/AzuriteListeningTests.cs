using Orchestrator.Cli.Azurite;

namespace Orchestrator.Cli.Tests.Azurite;

public sealed class AzuriteListeningTests
{
    [Fact]
    public async Task Read_AllThreeServicesListen_GivesTheirEndpoints()
    {
        var listening = new AzuriteListening();

        listening.Read("Azurite Blob service is starting at http://127.0.0.1:0");
        listening.Read("Azurite Blob service is successfully listening at http://127.0.0.1:1001");
        listening.Read("Azurite Queue service is successfully listening at http://127.0.0.1:1002");
        Assert.False(listening.Endpoints.IsCompleted);
        listening.Read("Azurite Table service is successfully listening at http://127.0.0.1:1003");

        var endpoints = await listening.Endpoints;
        Assert.Equal(
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
            + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
            + "BlobEndpoint=http://127.0.0.1:1001/devstoreaccount1;QueueEndpoint=http://127.0.0.1:1002/devstoreaccount1;"
            + "TableEndpoint=http://127.0.0.1:1003/devstoreaccount1;",
            endpoints.ConnectionString);
    }
}
