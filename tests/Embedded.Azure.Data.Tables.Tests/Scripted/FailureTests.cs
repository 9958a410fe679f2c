using Azure;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Scripted;

public sealed class FailureTests
{
    [Theory]
    [InlineData(412, "UpdateConditionNotSatisfied")]
    [InlineData(409, "TableBeingDeleted")]
    [InlineData(404, "TableNotFound")]
    [InlineData(500, "InternalError")]
    public async Task AddEntity_ServiceRefuses_ThrowsItsStatusCodeAndMessage(int status, string code)
    {
        var service = new ScriptedService().Answer(status, Error(code, "What went wrong."));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(status, failure.Status);
        Assert.Equal(code, failure.ErrorCode);
        Assert.StartsWith("What went wrong.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(status, failure.GetRawResponse()!.Status);
    }

    [Fact]
    public void AddEntity_Synchronous_ThrowsTheSame()
    {
        var service = new ScriptedService().Answer(409, Error("EntityAlreadyExists", "There."));

        var failure = Assert.Throws<RequestFailedException>(() => service.Table().AddEntity(new TableEntity("p", "r")));

        Assert.Equal((409, "EntityAlreadyExists"), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task GetEntity_ServiceAnswersXmlError_ThrowsItsCode()
    {
        var service = new ScriptedService().Answer(
            403, "<?xml version=\"1.0\" encoding=\"utf-8\"?><m:error xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"><m:code>AuthenticationFailed</m:code><m:message xml:lang=\"en-US\">No.</m:message></m:error>");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal((403, "AuthenticationFailed"), (failure.Status, failure.ErrorCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>gateway")]
    [InlineData("{\"odata.error\":")]
    [InlineData("{\"odata.error\":3}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public async Task AddEntity_FailureWithoutReadableBody_StillThrowsTheStatus(string body)
    {
        var service = new ScriptedService().Answer(502, body);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(502, failure.Status);
        Assert.Null(failure.ErrorCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"A\":")]
    [InlineData("{\"A\":[1]}")]
    public async Task GetEntity_MalformedBody_ThrowsRequestFailed(string body)
    {
        var service = new ScriptedService().Answer(200, body);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal(200, failure.Status);
        Assert.IsAssignableFrom<System.Text.Json.JsonException>(failure.InnerException);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"value\":3}")]
    [InlineData("{\"value\":[{\"A\":")]
    public async Task Query_MalformedPage_ThrowsRequestFailed(string body)
    {
        var service = new ScriptedService().Answer(200, body);

        await Assert.ThrowsAsync<RequestFailedException>(async () => await service.Table().QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task UpdateEntity_UnknownMode_IsRefused()
    {
        var service = new ScriptedService().Answer(204);

        await Assert.ThrowsAsync<ArgumentException>(() => service.Table().UpsertEntityAsync(new TableEntity("p", "r"), (TableUpdateMode)7));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task UpdateEntity_WithoutVersion_IsRefused()
    {
        var service = new ScriptedService().Answer(204);

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => service.Table().UpdateEntityAsync(new TableEntity("p", "r"), ifMatch: default));

        Assert.Equal("ifMatch", failure.ParamName);
        Assert.Empty(service.Requests);
    }

    internal static string Error(string code, string message) =>
        $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"{{{{message}}}}"}}}""";
}
