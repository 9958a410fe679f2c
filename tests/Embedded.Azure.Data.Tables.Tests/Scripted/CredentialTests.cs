using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Scripted;

public sealed class CredentialTests
{
    private static readonly Uri Account = new("https://acc.table.core.windows.net");

    [Fact]
    public async Task AnyRequest_WithTokenCredential_CarriesATokenForTheAudience()
    {
        var service = new ScriptedService().Answer(200, """{"value":[]}""");
        var options = service.Options();
        options.Audience = TableAudience.AzureGovernment;
        var credential = new FixedToken();

        await new TableClient(Account, "Things", credential, options).QueryAsync<TableEntity>().ToListAsync();
        await new TableServiceClient(Account, credential, service.Options()).QueryAsync().ToListAsync();

        Assert.All(service.Requests, request => Assert.Equal("Bearer token", request.Headers["Authorization"]));
        Assert.Equal(["https://storage.azure.us/.default", "https://storage.azure.com/.default"], credential.Scopes);
    }

    [Fact]
    public void ServiceClient_AnyOtherWayIn_NamesTheSameAccount()
    {
        TableServiceClient[] clients =
        [
            new(Account),
            new(Account, new AzureSasCredential("sig=a")),
            new(Account, new AzureSasCredential("sig=a"), new TableClientOptions()),
            new(Account, new TableSharedKeyCredential("acc", "a2V5")),
            new(new Uri("https://acc-secondary.table.core.windows.net"), new TableClientOptions()),
        ];

        Assert.All(clients, client => Assert.Equal("acc", client.AccountName));
    }

    [Fact]
    public async Task AnyRequest_SasRenewedBetweenTries_CarriesTheNewOneAlone()
    {
        var service = new ScriptedService().Answer(503).Answer(204);
        var credential = new AzureSasCredential("sig=old");
        var options = service.Options(new TableClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(1) } });
        options.AddPolicy(new Renew(credential), HttpPipelinePosition.BeforeTransport);

        await new TableClient(new Uri(Account, "Things"), credential, options).AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(["?sig=old", "?sig=new"], service.Requests.Select(request => request.Uri.Query));
    }

    [Fact]
    public void Constructor_AddressWithoutTable_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new TableClient(Account, new AzureSasCredential("sig=a")));

    [Fact]
    public void Constructor_UnknownServiceVersion_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TableClientOptions((TableClientOptions.ServiceVersion)9));

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "{}")]
    public async Task QueryTables_FailureOrMalformedPage_ThrowsRequestFailed(int status, string body)
    {
        var service = new ScriptedService().Answer(status, body);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(
            async () => await new TableServiceClient(Account, new TableSharedKeyCredential("acc", "a2V5"), service.Options()).QueryAsync().ToListAsync());

        Assert.Equal(status, failure.Status);
    }

    [Fact]
    public async Task CreateIfNotExists_TableBeingDeleted_Fails409()
    {
        var service = new ScriptedService().Answer(409, FailureTests.Error("TableBeingDeleted", "Wait."));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().CreateIfNotExistsAsync());

        Assert.Equal((409, "TableBeingDeleted"), (failure.Status, failure.ErrorCode));
    }

    private sealed class FixedToken : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.Add(requestContext.Scopes.Single());
            return new AccessToken("token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class Renew(AzureSasCredential credential) : global::Azure.Core.Pipeline.HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message) => credential.Update("sig=new");
    }
}
