using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Scripted;

public sealed class RetryTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task AddEntity_MaxRetriesZero_IsTriedOnce(int status)
    {
        var service = new ScriptedService().Answer(status);

        await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task AddEntity_RetriesAllowed_SendsTheSameBodyAgain()
    {
        var service = new ScriptedService().Answer(503).Answer(500).Answer(204);

        await service.Table(WithRetries(3)).AddEntityAsync(new TableEntity("p", "r") { ["A"] = new string('a', 5000) });

        Assert.Equal(3, service.Requests.Count);
        Assert.Single(service.Requests.Select(request => request.Body).Distinct());
        Assert.Single(service.Requests.Select(request => request.Headers["x-ms-client-request-id"]).Distinct());
        Assert.All(service.Requests, request => Assert.StartsWith("SharedKey acc:", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(412)]
    public async Task AddEntity_FinalAnswer_IsNotRetried(int status)
    {
        var service = new ScriptedService().Answer(status);

        await Assert.ThrowsAsync<RequestFailedException>(() => service.Table(WithRetries(3)).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task AddEntity_KeyChangedBetweenTries_SignsWithTheNewKey()
    {
        var credential = new TableSharedKeyCredential("acc", "a2V5");
        var service = new ScriptedService().Answer(503).Answer(204);
        var options = service.Options(WithRetries(1));
        options.AddPolicy(new ChangeKey(credential), HttpPipelinePosition.BeforeTransport);
        var table = new TableClient(new Uri("https://acc.table.core.windows.net"), "Things", credential, options);

        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(2, service.Requests.Select(request => request.Headers["Authorization"]).Distinct().Count());
    }

    [Fact]
    public async Task AddEntity_Cancelled_ThrowsOperationCanceled()
    {
        var service = new ScriptedService().Answer(204);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.Table().AddEntityAsync(new TableEntity("p", "r"), new CancellationToken(canceled: true)));
    }

    private static TableClientOptions WithRetries(int retries)
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = retries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(2);
        return options;
    }

    private sealed class ChangeKey(TableSharedKeyCredential credential) : HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message) => credential.SetAccountKey("b3RoZXI=");
    }
}
