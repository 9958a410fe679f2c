using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class TaskQueryReaderTests
{
    [Fact]
    public void Read_Nothing_Defaults() => Assert.Equal(new TaskQuery(), Read(""));

    [Fact]
    public void Read_Everything_Taken() =>
        Assert.Equal(
            new TaskQuery
            {
                State = TaskState.Succeeded,
                Type = "t",
                Agent = "a",
                Tag = "x y",
                Parent = "01KABCDEF0123456789ABCDEFG",
                Correlation = "c",
                From = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
                To = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
                Title = "é",
                PageSize = 200,
                ContinuationToken = "abc",
            },
            Read("?state=succeeded&type=t&agent=a&tag=x%20y&parent=01kabcdef0123456789abcdefg&correlationId=c&from=2026-11-22T10:00:00Z&to=2026-11-22T13:00:00%2B01:00&title=é&PAGESIZE=200&continuationToken=abc"));

    [Fact]
    public void Read_EmptyToken_FirstPage() => Assert.Equal(new TaskQuery(), Read("?continuationToken="));

    [Theory]
    [InlineData("?state=Done", "/state")]
    [InlineData("?state=5", "/state")]
    [InlineData("?state=Failed,Queued", "/state")]
    [InlineData("?state=Failed&state=Queued", "/state")]
    [InlineData("?pageSize=0", "/pageSize")]
    [InlineData("?pageSize=201", "/pageSize")]
    [InlineData("?pageSize=-1", "/pageSize")]
    [InlineData("?pageSize=1e2", "/pageSize")]
    [InlineData("?pageSize=99999999999", "/pageSize")]
    [InlineData("?a/b=1", "/a~1b")]
    [InlineData("?type=&tag=&agent=&correlationId=", "/type /tag /agent /correlationId")]
    [InlineData("?parent=x", "/parent")]
    [InlineData("?from=2026-11-22&to=yesterday", "/from /to")]
    [InlineData("?from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z", "/to")]
    [InlineData("?title=x", "/title")]
    [InlineData("?pageSize=x&state=y&other=z", "/pageSize /state /other")]
    public void Read_Faults_AllNamed(string query, string pointers)
    {
        var problem = Assert.Throws<ProblemException>(() => Read(query)).Problem;

        Assert.Equal("invalid_query", problem.Code);
        Assert.Equal(400, problem.Status);
        Assert.Equal(pointers, string.Join(' ', problem.Errors!.Select(fault => fault.Pointer)));
    }

    [Fact]
    public void Read_TokenOfNobody_Refused() => Assert.Throws<ProblemException>(() => Read("?continuationToken=" + new string('x', 4_001)));

    private static TaskQuery Read(string query) => TaskQueryReader.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));
}
