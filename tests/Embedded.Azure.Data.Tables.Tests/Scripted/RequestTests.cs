using Azure;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Scripted;

public sealed class RequestTests
{
    [Fact]
    public async Task AddEntity_Sends_InsertWithoutEcho()
    {
        var service = new ScriptedService().Answer(204);

        await service.Table().AddEntityAsync(new TableEntity("p", "r") { ["A"] = "x" });

        var request = Assert.Single(service.Requests);
        Assert.Equal(("POST", "https://acc.table.core.windows.net/Things"), (request.Method, request.Uri.AbsoluteUri));
        Assert.Equal("return-no-content", request.Headers["Prefer"]);
        Assert.Equal("application/json;odata=minimalmetadata", request.Headers["Accept"].Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("2020-12-06", request.Headers["x-ms-version"]);
        Assert.Equal("3.0", request.Headers["DataServiceVersion"]);
        Assert.Equal("""{"PartitionKey":"p","RowKey":"r","A":"x"}""", request.Body);
    }

    [Fact]
    public async Task UpdateEntity_MergeAndReplace_SendPatchAndPutWithVersion()
    {
        var service = new ScriptedService().Answer(204);
        var version = new ETag("W/\"datetime'2026'\"");

        await service.Table().UpdateEntityAsync(new TableEntity("p", "r"), version);
        await service.Table().UpdateEntityAsync(new TableEntity("p", "r"), ETag.All, TableUpdateMode.Replace);
        await service.Table().UpsertEntityAsync(new TableEntity("p", "r"));
        await service.Table().UpsertEntityAsync(new TableEntity("p", "r"), TableUpdateMode.Replace);

        Assert.Equal(["PATCH", "PUT", "PATCH", "PUT"], service.Requests.Select(request => request.Method));
        Assert.Equal(["W/\"datetime'2026'\"", "*", null, null], service.Requests.Select(request => request.Headers.GetValueOrDefault("If-Match")));
        Assert.All(service.Requests, request => Assert.Equal("/Things(PartitionKey='p',RowKey='r')", request.Uri.AbsolutePath));
    }

    [Fact]
    public async Task DeleteEntity_WithoutVersion_SendsAnyVersion()
    {
        var service = new ScriptedService().Answer(204);

        await service.Table().DeleteEntityAsync("p", "r");
        await service.Table().DeleteEntityAsync(new TableEntity("p", "r"), new ETag("v"));

        Assert.Equal([("DELETE", "*"), ("DELETE", "v")], service.Requests.Select(request => (request.Method, request.Headers["If-Match"])));
    }

    [Fact]
    public async Task GetEntity_HostileKeys_AreEscapedInThePath()
    {
        var service = new ScriptedService().Answer(200, "{}");

        await service.Table().GetEntityAsync<TableEntity>("it's 100%", "a&b=c+d,(e);\"ü😀", ["A", "B"]);

        Assert.Equal(
            "/Things(PartitionKey='it%27%27s%20100%25',RowKey='a%26b%3Dc%2Bd%2C%28e%29%3B%22%C3%BC%F0%9F%98%80')?$select=A%2CB",
            service.Requests.Single().Uri.PathAndQuery);
    }

    [Fact]
    public async Task Query_SendsFilterSelectAndPageSize()
    {
        var service = new ScriptedService().Answer(200, """{"value":[]}""");

        await service.Table().QueryAsync<TableEntity>("A eq 'x&y'", maxPerPage: 7, select: ["A", "B"]).ToListAsync();

        Assert.Equal("/Things()?$top=7&$select=A%2CB&$filter=A%20eq%20%27x%26y%27", service.Requests.Single().Uri.PathAndQuery);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task Query_PageSizeOutOfRange_IsRefusedBeforeSending(int size)
    {
        var service = new ScriptedService().Answer(200, """{"value":[]}""");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(async () => await service.Table().QueryAsync<TableEntity>(maxPerPage: size).ToListAsync());

        Assert.Equal((400, "InvalidInput"), (failure.Status, failure.ErrorCode));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Query_EmptyPageWithContinuation_GoesOn()
    {
        var service = new ScriptedService()
            .Answer(200, """{"value":[]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cA--"), ("x-ms-continuation-NextRowKey", "1!4!cg--"))
            .Answer(200, """{"value":[{"RowKey":"1"}]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cQ--"))
            .Answer(200, """{"value":[{"RowKey":"2"}]}""");

        var rows = await service.Table().QueryAsync<TableEntity>().ToListAsync();

        Assert.Equal(["1", "2"], rows.Select(row => row.RowKey));
        Assert.Equal(
            ["", "?NextPartitionKey=1%214%21cA--&NextRowKey=1%214%21cg--", "?NextPartitionKey=1%214%21cQ--"],
            service.Requests.Select(request => request.Uri.Query));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("a b c")]
    [InlineData(" b")]
    public void Query_ForeignContinuation_IsRefused(string token)
    {
        var service = new ScriptedService().Answer(200, """{"value":[]}""");

        Assert.Throws<ArgumentException>(() => service.Table().Query<TableEntity>().AsPages(token).First());
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task AnyRequest_WithSas_CarriesItsSignature()
    {
        var service = new ScriptedService().Answer(204);
        var credential = new AzureSasCredential("?sv=1&sig=abc%3D");
        var table = new TableClient(new Uri("https://acc.table.core.windows.net/Things"), credential, service.Options());

        await table.AddEntityAsync(new TableEntity("p", "r"));
        credential.Update("sv=1&sig=def");
        await table.DeleteEntityAsync("p", "r");

        Assert.Equal(["?sv=1&sig=abc%3D", "?sv=1&sig=def"], service.Requests.Select(request => request.Uri.Query));
        Assert.Equal("acc", table.AccountName);
        Assert.Equal("Things", table.Name);
    }

    [Fact]
    public async Task AnyRequest_SasInAddress_CarriesItsSignature()
    {
        var service = new ScriptedService().Answer(200, """{"value":[]}""");
        var table = new TableClient(new Uri("https://acc.table.core.windows.net/Things?sv=1&sig=abc"), service.Options());

        await table.QueryAsync<TableEntity>("A eq 1").ToListAsync();

        Assert.Equal("https://acc.table.core.windows.net/Things()?sv=1&sig=abc&$filter=A%20eq%201", service.Requests.Single().Uri.AbsoluteUri);
    }

    [Fact]
    public void Constructor_SasWithoutTlsToAnotherMachine_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new TableServiceClient(new Uri("http://acc.table.core.windows.net"), new AzureSasCredential("sig=abc")));
}
