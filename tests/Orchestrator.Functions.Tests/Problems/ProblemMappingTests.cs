using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Errors;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Problems;

public sealed class ProblemMappingTests
{
    public static TheoryData<Exception, int, string, string, int?> Exceptions() => new()
    {
        { new ProblemException(KnownProblems.TaskNotFound("x")), 404, "task_not_found", "No task has the id 'x'.", null },
        {
            new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "Table storage at http://127.0.0.1:1 does not answer."), 503, "storage_unavailable",
            "Storage does not work for the app at the moment. Send the same request again later; what is wrong is in the log, and GET /api/health names it by a code.", 5
        },
        {
            new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "The store has schema version 3.") { Reason = "store_schema_newer" }, 503, "store_schema_newer",
            "The process that answers is of an older release than the store, and takes no more work. Send the same request again later, when a process of the newer release answers.", 5
        },
        { new PayloadTooLargeException("The input", 11, 10), 413, "payload_too_large", "The input is 11 bytes long; at most 10 can be stored.", null },
        { new TaskContendedException(TestTasks.Id(1), 20), 503, "task_contended", $"Task {TestTasks.Id(1)} was changed by others at each of 20 tries to change it; try again later.", 5 },
        { new BadHttpRequestException("Request body too large.", 413), 413, "body_too_large", "Request body too large.", null },
        { new BadHttpRequestException("Unexpected end of request content.", 400), 400, "invalid_request", "Unexpected end of request content.", null },
        { new InvalidOperationException("secret"), 500, "internal_error", "The request could not be carried out. The log has the reason under the trace id.", null },
        { new IllegalTransitionException("Task x", "A", "B"), 500, "internal_error", "The request could not be carried out. The log has the reason under the trace id.", null },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void From_Exception_ItsProblem(Exception exception, int status, string code, string detail, int? retryAfter)
    {
        var problem = ProblemMapping.From(exception);

        Assert.Equal((status, code, detail), (problem.Status, problem.Code, problem.Detail));
        Assert.Equal(retryAfter, problem.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Create_Problem_WrittenAsProblemJson()
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        var problem = KnownProblems.StorageUnavailable() with { Detail = "Away.", Errors = [new Fault("/a", "It is <b>é</b>.")] };

        await ProblemAnswer.Create(problem, "0af7651916cd43dd8448eb211c80319c").ExecuteResultAsync(new ActionContext { HttpContext = context });

        Assert.Equal(503, context.Response.StatusCode);
        Assert.Equal("application/problem+json; charset=utf-8", context.Response.ContentType);
        Assert.Equal("5", context.Response.Headers.RetryAfter);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal(
            """{"type":"urn:orchestrator:problem:storage_unavailable","title":"Storage is not available","status":503,"detail":"Away.","code":"storage_unavailable","errors":[{"pointer":"/a","message":"It is <b>é</b>."}],"traceId":"0af7651916cd43dd8448eb211c80319c"}""",
            Encoding.UTF8.GetString(body.ToArray()));
    }
}
