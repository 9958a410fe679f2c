using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Tests.Http;

public sealed class RequestBodyTests
{
    private const int Limit = 40_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    public async Task ReadAsync_UpToTheLimit_TheSameBytes(int size)
    {
        var bytes = Bytes(size);

        Assert.Equal(bytes, (await RequestBody.ReadAsync(Request(bytes, size), Limit, CancellationToken.None)).ToArray());
        Assert.Equal(bytes, (await RequestBody.ReadAsync(Request(bytes, contentLength: null), Limit, CancellationToken.None)).ToArray());
    }

    [Fact]
    public async Task ReadAsync_ContentLengthOverTheLimit_RefusedUnread()
    {
        var request = Request(Bytes(10), Limit + 1);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => RequestBody.ReadAsync(request, Limit, CancellationToken.None));

        Assert.Equal(413, refused.Problem.Status);
        Assert.Equal("body_too_large", refused.Problem.Code);
        Assert.Equal("At most 40000 bytes are accepted. Nothing was changed.", refused.Problem.Detail);
        Assert.Equal(0, request.Body.Position);
    }

    [Fact]
    public async Task ReadAsync_MoreThanTheLimitComes_RefusedWithoutReadingOn()
    {
        var request = Request(Bytes(Limit * 100), contentLength: null);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => RequestBody.ReadAsync(request, Limit, CancellationToken.None));

        Assert.Equal("body_too_large", refused.Problem.Code);
        Assert.InRange(request.Body.Position, Limit + 1, Limit * 3);
    }

    private static HttpRequest Request(byte[] body, long? contentLength)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(body);
        request.ContentLength = contentLength;
        return request;
    }

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)i)];
}
