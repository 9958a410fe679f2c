using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Http;

namespace Orchestrator.Functions.Tests.Http;

public sealed class VersionPreconditionTests
{
    [Theory]
    [InlineData(null, null, true, true, true)]
    [InlineData("\"3\"", null, false, false, true)]
    [InlineData("*", null, false, true, true)]
    [InlineData("\"2\", \"3\"", null, false, true, true)]
    [InlineData("W/\"3\"", null, false, false, false)]
    [InlineData("\"03\"", null, false, false, false)]
    [InlineData(null, "*", true, false, false)]
    [InlineData(null, "\"3\"", true, true, false)]
    [InlineData(null, "\"2\", \"3\"", true, false, false)]
    [InlineData(null, "W/\"3\"", true, true, true)]
    [InlineData("*", "\"3\"", false, true, false)]
    public void Of_Headers_NoVersionSecondAndThird(string? match, string? noneMatch, bool none, bool second, bool third)
    {
        var wanted = VersionPrecondition.Of(Request(match, noneMatch));

        Assert.Equal((none, second, third), (wanted(null), wanted(2), wanted(3)));
    }

    [Theory]
    [InlineData("3", null, "If-Match")]
    [InlineData("\"3", null, "If-Match")]
    [InlineData("", null, "If-Match")]
    [InlineData("\"3\", 4", null, "If-Match")]
    [InlineData(null, "3", "If-None-Match")]
    public void Of_NoETags_Refused(string? match, string? noneMatch, string header)
    {
        var refused = Assert.Throws<BadHttpRequestException>(() => VersionPrecondition.Of(Request(match, noneMatch)));

        Assert.Equal((400, $"The header {header} is not a list of ETags such as \"3\", nor *."), (refused.StatusCode, refused.Message));
    }

    private static HttpRequest Request(string? match, string? noneMatch)
    {
        var request = new DefaultHttpContext().Request;
        if (match is not null)
            request.Headers.IfMatch = match;
        if (noneMatch is not null)
            request.Headers.IfNoneMatch = noneMatch;
        return request;
    }
}
