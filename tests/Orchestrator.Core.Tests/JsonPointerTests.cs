using System.Text.Json;

namespace Orchestrator.Core.Tests;

/// <summary>The examples of RFC 6901, section 5, and what is no pointer.</summary>
public sealed class JsonPointerTests
{
    private const string Document = """{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9}""";

    [Theory]
    [InlineData("", Document)]
    [InlineData("/foo", """["bar","baz"]""")]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/foo/1", "\"baz\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/~01", "9")]
    [InlineData("/foo/2", null)]
    [InlineData("/foo/00", null)]
    [InlineData("/foo/-1", null)]
    [InlineData("/foo/-", null)]
    [InlineData("/foo/0/x", null)]
    [InlineData("/none", null)]
    public void Find_Place_IsItsValue(string pointer, string? value)
    {
        using var document = JsonDocument.Parse(Document);

        Assert.Equal(value, JsonPointer.TryParse(pointer)!.Find(document.RootElement)?.GetRawText());
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("/~")]
    [InlineData("/a~2")]
    [InlineData("#/foo")]
    public void TryParse_NoPointer_IsNull(string text) => Assert.Null(JsonPointer.TryParse(text));
}
