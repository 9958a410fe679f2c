using System.Text;
using Azure;
using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Scripted;

namespace Embedded.Azure.Data.Tables.Tests.Transactions;

public sealed class TransactionAnswerTests
{
    private static readonly TableTransactionAction[] TwoActions =
    [
        new(TableTransactionActionType.Add, new TableEntity("p", "a") { ["A"] = "x" }),
        new(TableTransactionActionType.Delete, new TableEntity("p", "b"), new ETag("W/\"v\"")),
    ];

    [Fact]
    public async Task SubmitTransaction_Sends_OneChangeSetOfRequests()
    {
        var service = new ScriptedService().Answer(202, Answer(204, 204));

        await service.Table().SubmitTransactionAsync(TwoActions);

        var request = Assert.Single(service.Requests);
        Assert.Equal("https://acc.table.core.windows.net/$batch", request.Uri.AbsoluteUri);
        var batch = request.Headers["Content-Type"].Replace("multipart/mixed; boundary=", "", StringComparison.Ordinal);
        Assert.StartsWith("batch_", batch, StringComparison.Ordinal);
        var changeSet = request.Body.Split("boundary=")[1].Split("\r\n")[0];
        Assert.Equal(
            string.Join(
                "\r\n",
                $"--{batch}", $"Content-Type: multipart/mixed; boundary={changeSet}", "",
                $"--{changeSet}", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
                "POST https://acc.table.core.windows.net/Things HTTP/1.1", "Accept: application/json;odata=minimalmetadata", "DataServiceVersion: 3.0",
                "Prefer: return-no-content", "Content-Type: application/json", "", """{"PartitionKey":"p","RowKey":"a","A":"x"}""",
                $"--{changeSet}", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
                "DELETE https://acc.table.core.windows.net/Things(PartitionKey='p',RowKey='b') HTTP/1.1", "Accept: application/json;odata=minimalmetadata", "DataServiceVersion: 3.0",
                "If-Match: W/\"v\"", "", "",
                $"--{changeSet}--", "", $"--{batch}--", ""),
            request.Body);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task SubmitTransaction_Answer_IsOneForEachAction(string lineEnd)
    {
        var service = new ScriptedService().Answer(202, Answer(201, 204).Replace("\r\n", lineEnd, StringComparison.Ordinal), ("Date", "Sun, 22 Nov 2026 16:00:00 GMT"));

        var answer = service.Table().SubmitTransaction(TwoActions);

        Assert.Equal([(201, "Reason"), (204, "Reason")], answer.Value.Select(part => (part.Status, part.ReasonPhrase)));
        Assert.Equal(new ETag("W/\"0\""), answer.Value[0].Headers.ETag);
        Assert.Equal("2", answer.Value[1].Headers.TryGetValue("content-id", out var id) ? id : null);
        Assert.False(answer.Value[0].Headers.Contains("Other"));
        Assert.Equal(["Content-ID", "ETag"], answer.Value[0].Headers.Select(header => header.Name));
        Assert.Equal("""{"a":"0"}""", answer.Value[0].Content.ToString());
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 16, 0, 0, TimeSpan.Zero), answer.GetRawResponse().Headers.Date);
    }

    [Theory]
    [InlineData("1:There already.", 1)]
    [InlineData("0:There already.", 0)]
    [InlineData("2:There already.", null)]
    [InlineData("There already.", null)]
    [InlineData(":There already.", null)]
    [InlineData("-1:There already.", null)]
    public async Task SubmitTransaction_ActionRefused_ThrowsItsCodeAndPosition(string message, int? index)
    {
        var service = new ScriptedService().Answer(202, Answer([409], FailureTests.Error("EntityAlreadyExists", message)));

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => service.Table().SubmitTransactionAsync(TwoActions));

        Assert.Equal((409, "EntityAlreadyExists", index), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("--batchresponse_x--")]
    [InlineData("HTTP/1.1 204 No Content")]
    [InlineData("HTTP/1.1 abc\r\n")]
    public async Task SubmitTransaction_AnswerOfAnotherLength_IsNotTakenForSuccess(string body)
    {
        var service = new ScriptedService().Answer(202, body);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().SubmitTransactionAsync(TwoActions));

        Assert.IsType<FormatException>(failure.InnerException);
    }

    [Fact]
    public async Task SubmitTransaction_WholeRequestRefused_ThrowsItsCode()
    {
        var service = new ScriptedService().Answer(413, FailureTests.Error("RequestBodyTooLarge", "No."));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().SubmitTransactionAsync(TwoActions));

        Assert.Equal((413, "RequestBodyTooLarge"), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task SubmitTransaction_NotATransaction_IsRefusedWithoutSending()
    {
        var service = new ScriptedService().Answer(202);
        var table = service.Table();

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, null!)]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.SubmitTransactionAsync(null!));
        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([new((TableTransactionActionType)9, new TableEntity("p", "r"))]));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task SubmitTransaction_AgainstTheRulesOfTransactions_NamesTheActionWithoutSending()
    {
        var service = new ScriptedService().Answer(202);

        var duplicate = await Refused(service, Add("p", "a"), Add("p", "b"), Add("p", "a"));
        var partitions = await Refused(service, Add("p", "a"), Add("q", "b"));
        var tooMany = await Refused(service, [.. Enumerable.Range(0, 101).Select(i => Add("p", $"{i}"))]);

        Assert.Equal(("InvalidDuplicateRow", 2), (duplicate.ErrorCode, duplicate.FailedTransactionActionIndex));
        Assert.Equal(("CommandsInBatchActOnDifferentPartitions", 1), (partitions.ErrorCode, partitions.FailedTransactionActionIndex));
        Assert.Equal(("InvalidInput", 100), (tooMany.ErrorCode, tooMany.FailedTransactionActionIndex));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task SubmitTransaction_BodyOverFourMebibytes_IsRefusedWithoutSending()
    {
        var service = new ScriptedService().Answer(202);
        var row = Enumerable.Range(0, 15).ToDictionary(i => $"C{i}", object (_) => new byte[60_000]);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().SubmitTransactionAsync(
            Enumerable.Range(0, 4).Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity(row) { PartitionKey = "p", RowKey = $"{i}" }))));

        Assert.Equal((413, "RequestBodyTooLarge"), (failure.Status, failure.ErrorCode));
        Assert.Empty(service.Requests);
    }

    private static TableTransactionAction Add(string partitionKey, string rowKey) => new(TableTransactionActionType.Add, new TableEntity(partitionKey, rowKey));

    private static Task<TableTransactionFailedException> Refused(ScriptedService service, params TableTransactionAction[] actions) =>
        Assert.ThrowsAsync<TableTransactionFailedException>(() => service.Table().SubmitTransactionAsync(actions));

    private static string Answer(params int[] statuses) => Answer(statuses, body: null);

    private static string Answer(int[] statuses, string? body)
    {
        var text = new StringBuilder("--batchresponse_x\r\nContent-Type: multipart/mixed; boundary=changesetresponse_y\r\n\r\n");
        for (var i = 0; i < statuses.Length; i++)
        {
            text.Append("--changesetresponse_y\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n")
                .Append($"HTTP/1.1 {statuses[i]} Reason\r\nContent-ID: {i + 1}\r\nETag: W/\"{i}\"\r\n\r\n")
                .Append(body ?? $$"""{"a":"{{i}}"}""").Append("\r\n");
        }

        return text.Append("--changesetresponse_y--\r\n--batchresponse_x--\r\n").ToString();
    }
}
