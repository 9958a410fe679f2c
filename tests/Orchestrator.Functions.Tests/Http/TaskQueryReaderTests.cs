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
            new TaskQuery { State = TaskState.Succeeded, PageSize = 200, ContinuationToken = "abc" },
            Read("?state=succeeded&PAGESIZE=200&continuationToken=abc"));

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
