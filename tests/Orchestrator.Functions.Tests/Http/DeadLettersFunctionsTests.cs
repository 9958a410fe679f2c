using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.History;

namespace Orchestrator.Functions.Tests.Http;

public sealed class DeadLettersFunctionsTests
{
    private readonly TaskRig _rig = new();
    private readonly DeadLettersFunctions _functions;

    public DeadLettersFunctionsTests() => _functions = new DeadLettersFunctions(_rig.DeadLetterStore, _rig.Redriver, TestOptions.Of(new HttpOptions()));

    [Fact]
    public async Task ListDeadLetters_Filters_ReachTheStoreAndBodiesAreNotShown()
    {
        var id = await AddAsync("""{"type":"other","input":"secret"}""");

        var page = await BodyAsync(await _functions.ListDeadLetters(
            Request("?source=queue:tasks&code=invalid_task&from=2026-11-22T10:00:00Z&to=2026-11-23T10:00:00Z&pageSize=7&continuationToken=t"), CancellationToken.None));

        Assert.Equal(
            new DeadLetterQuery
            {
                Source = "queue:tasks",
                Code = "invalid_task",
                From = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
                To = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero),
                PageSize = 7,
                ContinuationToken = "t",
            },
            _rig.DeadLetterStore.Asked);
        Assert.Equal("next", page.GetProperty("continuationToken").GetString());
        var letter = Assert.Single(page.GetProperty("deadLetters").EnumerateArray());
        Assert.Equal(
            $$"""{"id":"{{id}}","state":"Dead","source":"queue:tasks","originId":"m1","code":"invalid_task","reason":"It is no task.","arrivedAt":"2026-11-22T12:00:00Z","deadAt":"2026-11-22T12:00:00Z","deliveryCount":1,"bodyLength":33,"bodyTruncated":false,"bodyWithheld":false,"preview":"{type: \"other\", input: …}","redrives":0,"redrive":null}""",
            letter.GetRawText());
    }

    [Theory]
    [InlineData("?source=", "/source")]
    [InlineData("?code=a&code=b", "/code")]
    [InlineData("?from=today", "/from")]
    [InlineData("?pageSize=201", "/pageSize")]
    [InlineData("?colour=red", "/colour")]
    [InlineData("?from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z", "/to")]
    [InlineData("?continuationToken=forged", "/continuationToken")]
    public async Task ListDeadLetters_BadQuery_Refused(string query, string pointer)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.ListDeadLetters(Request(query), CancellationToken.None))).Problem;

        Assert.Equal((400, "invalid_query", pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
    }

    [Fact]
    public async Task GetDeadLetter_Refused_AllThatIsKnown()
    {
        var id = await AddAsync("""{"type":"other"}""");
        await RedriveAsync(id, "");

        var letter = await BodyAsync(await _functions.GetDeadLetter(Request(), id, CancellationToken.None));

        Assert.Equal("""{"type":"other"}""", letter.GetProperty("body").GetString());
        Assert.Equal("""[{"pointer":"/type","message":"It is wrong."}]""", letter.GetProperty("errors").GetRawText());
        var redrive = letter.GetProperty("redrive");
        Assert.Equal(("Refused", "invalid_task", 1), (redrive.GetProperty("outcome").GetString(), redrive.GetProperty("code").GetString(), redrive.GetProperty("errors").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"body":{"type":"test"}}""")]
    [InlineData("""{"body":"{\"type\":\"test\"}"}""")]
    public async Task RedriveDeadLetter_Body_IsSubmitted(string body)
    {
        var letter = await RedriveAsync(await AddAsync("""{"type":"other"}"""), body);

        Assert.Equal("Submitted", letter.GetProperty("redrive").GetProperty("outcome").GetString());
        Assert.Equal(1, _rig.Store.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"body":null}""")]
    public async Task RedriveDeadLetter_NoBody_TheLettersOwn(string body)
    {
        await RedriveAsync(await AddAsync("""{"type":"test","title":"own"}"""), body);

        Assert.Equal("own", _rig.Store[TestTasks.Id(1)].Title);
    }

    [Theory]
    [InlineData("{", "invalid_json", "")]
    [InlineData("[]", "invalid_redrive", "")]
    [InlineData("""{"text":1}""", "invalid_redrive", "/text")]
    public async Task RedriveDeadLetter_BadBody_RefusedAndNothingWrittenDown(string body, string code, string pointer)
    {
        var id = await AddAsync("""{"type":"test"}""");

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id, body))).Problem;

        Assert.Equal((400, code, pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
        Assert.Equal((0, 0), (Assert.Single(_rig.DeadLetters).Redrives, _rig.Store.Count));
    }

    [Fact]
    public async Task DiscardDeadLetter_Twice_GoneBothTimes()
    {
        var id = await AddAsync("{}");

        for (var i = 0; i < 2; i++)
            Assert.Equal(204, Assert.IsType<EmptyAnswer>(await _functions.DiscardDeadLetter(Request(), id, CancellationToken.None)).Status);

        Assert.Empty(_rig.DeadLetters);
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.GetDeadLetter(Request(), id, CancellationToken.None))).Problem;
        Assert.Equal((404, "dead_letter_not_found", $"No dead letter has the id '{id}'."), (problem.Status, problem.Code, problem.Detail));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("ffffffffffff00000000000000000000")]
    public async Task DiscardDeadLetter_NoId_NotFound(string id)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _functions.DiscardDeadLetter(Request(), id, CancellationToken.None))).Problem;

        Assert.Equal((404, "dead_letter_not_found"), (problem.Status, problem.Code));
    }

    private async Task<string> AddAsync(string body)
    {
        var letter = new DeadLetter
        {
            Source = "queue:tasks",
            Id = "m1",
            ArrivedAt = TestTasks.Start,
            DeadAt = TestTasks.Start,
            Code = "invalid_task",
            Reason = "It is no task.",
            Faults = [new Fault("/type", "It is wrong.")],
            Body = body,
        };
        await _rig.DeadLetterStore.AddAsync(letter, CancellationToken.None);
        return _rig.DeadLetterStore.IdOf(0).ToString();
    }

    private async Task<JsonElement> RedriveAsync(string id, string body)
    {
        var request = Request();
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await BodyAsync(await _functions.RedriveDeadLetter(request, id, _rig.Clients.Client, CancellationToken.None));
    }

    private static async Task<JsonElement> BodyAsync(IActionResult answer)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await answer.ExecuteResultAsync(new ActionContext { HttpContext = context });
        return JsonSerializer.Deserialize<JsonElement>(((MemoryStream)context.Response.Body).ToArray());
    }

    private static HttpRequest Request(string query = "") => new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request;
}
