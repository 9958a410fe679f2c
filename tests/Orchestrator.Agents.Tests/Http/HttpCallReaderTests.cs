using System.Text;
using System.Text.Json;
using Orchestrator.Agents.Http;

namespace Orchestrator.Agents.Tests.Http;

public sealed class HttpCallReaderTests
{
    [Fact]
    public void Read_AddressAlone_HasTheDefaults()
    {
        var call = Read("""{"url":"https://a.example/x"}""");

        Assert.Equal((HttpMethod.Get, "https://a.example/x", null, null), (call.Method, call.Address, call.Body, call.Poll));
        Assert.Empty(call.Headers);
        Assert.Equal(["2xx"], call.Expected.Entries);
    }

    [Fact]
    public void Read_Everything_IsTaken()
    {
        var call = Read("""
            {
              "url": "https://a.example/x", "method": "post", "headers": { "X-A": "1", "content-type": "application/merge-patch+json" }, "body": { "a": 1.50 },
              "expect": { "status": [200, "4xx"] },
              "poll": { "until": { "status": [200], "pointer": "/state", "in": ["done", null] }, "every": "PT1M" }
            }
            """);

        Assert.Equal((HttpMethod.Post, """{ "a": 1.50 }"""), (call.Method, Encoding.UTF8.GetString(call.Body!.Value.Span)));
        Assert.Equal([KeyValuePair.Create("X-A", "1"), KeyValuePair.Create("content-type", "application/merge-patch+json")], call.Headers);
        Assert.Equal(["200", "4xx"], call.Expected.Entries);
        Assert.Equal((TimeSpan.FromMinutes(1), 2), (call.Poll!.Every, call.Poll.Values.Count));
        Assert.Equal(["200"], call.Poll.Status!.Entries);
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "application/json")]
    [InlineData("[1]", "[1]", "application/json")]
    [InlineData("5", "5", "application/json")]
    [InlineData("\"a=b\"", "a=b", "text/plain; charset=utf-8")]
    public void Read_Body_IsSentAsWhatItIs(string body, string sent, string type)
    {
        var call = Read($$"""{"url":"https://a.example","method":"POST","body":{{body}}}""");

        Assert.Equal(sent, Encoding.UTF8.GetString(call.Body!.Value.Span));
        Assert.Equal([KeyValuePair.Create("Content-Type", type)], call.Headers);
    }

    [Fact]
    public void Read_PollWithoutInterval_IsEveryFiveSeconds() =>
        Assert.Equal(TimeSpan.FromSeconds(5), Read("""{"url":"https://a.example","poll":{"until":{"status":[200]}}}""").Poll!.Every);

    [Theory]
    [InlineData("null", ": The value must be an object.", "/url: It is missing.")]
    [InlineData("[]", ": The value must be an object.", "/url: It is missing.")]
    [InlineData("{}", "/url: It is missing.")]
    [InlineData("""{"url":5}""", "/url: The value must be a text.")]
    [InlineData("""{"url":"\uD800"}""", "/url: The value must be a text.")]
    [InlineData("""{"url":"a.example"}""", "/url: The value must be an absolute http or https address.")]
    [InlineData("""{"url":"/a"}""", "/url: The value must be an absolute http or https address.")]
    [InlineData("""{"url":"ftp://a.example"}""", "/url: The value must be an absolute http or https address.")]
    [InlineData("""{"url":"https://me:x@a.example"}""", "/url: The address must not name a user.")]
    [InlineData("""{"url":"https://a","methd":"GET","a/b":1}""",
        "/methd: There is no such field; there are url, method, headers, body, expect, poll.",
        "/a~1b: There is no such field; there are url, method, headers, body, expect, poll.")]
    [InlineData("""{"url":"https://a","method":"TRACE"}""", "/method: The value must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.")]
    [InlineData("""{"url":"https://a","body":{}}""", "/body: A GET has no body.")]
    [InlineData("""{"url":"https://a","method":"HEAD","body":""}""", "/body: A HEAD has no body.")]
    [InlineData("""{"url":"https://a","method":"POST","body":"\uD800"}""", "/body: The value must be a text.")]
    [InlineData("""{"url":"https://a","headers":[]}""", "/headers: The value must be an object.")]
    [InlineData("""{"url":"https://a","headers":{"Host":"b","X-A":"a\r\nb","X-B":5,"X-C":null,"a/b":"x","X-D":"ok"}}""",
        "/headers/Host: The header Host may not be set.",
        "/headers/X-A: The value of the header X-A must have no line breaks, no control characters and nothing but ASCII.",
        "/headers/X-B: The value must be a text.",
        "/headers/X-C: The value must be a text.",
        "/headers/a~1b: The name of a header must consist of letters, digits and !#$%&'*+-.^_`|~.")]
    [InlineData("""{"url":"https://a","expect":5}""", "/expect: The value must be an object.")]
    [InlineData("""{"url":"https://a","expect":{"status":200}}""", "/expect/status: The value must be a list of at least one item.")]
    [InlineData("""{"url":"https://a","expect":{"status":[]}}""", "/expect/status: The value must be a list of at least one item.")]
    [InlineData("""{"url":"https://a","expect":{"status":[200,99,600,"6xx","20x","xx",null,2.5],"body":1}}""",
        "/expect/body: There is no such field; there are status.",
        "/expect/status/1: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/2: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/3: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/4: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/5: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/6: A status must be a number from 100 to 599, or a class such as \"2xx\".",
        "/expect/status/7: A status must be a number from 100 to 599, or a class such as \"2xx\".")]
    [InlineData("""{"url":"https://a","poll":{}}""", "/poll/until: It is missing.")]
    [InlineData("""{"url":"https://a","poll":{"until":{}}}""", "/poll/until: It must have a status, a pointer or both.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"status":[1]},"every":"5 s"}}""",
        "/poll/every: The value must be a duration from PT1S to PT1H, such as PT5S or 00:00:05.",
        "/poll/until/status/0: A status must be a number from 100 to 599, or a class such as \"2xx\".")]
    [InlineData("""{"url":"https://a","poll":{"until":{"status":[200]},"every":"PT0.5S"}}""", "/poll/every: The value must be a duration from PT1S to PT1H, such as PT5S or 00:00:05.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"pointer":"state","equals":1}}}""", "/poll/until/pointer: The value must be a JSON Pointer, such as /state.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"pointer":"/state"}}}""", "/poll/until/pointer: With a pointer there must be one of equals and in.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"pointer":"/state","equals":1,"in":[2]}}}""", "/poll/until/pointer: With a pointer there must be one of equals and in.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"pointer":"/state","in":[]}}}""", "/poll/until/in: The value must be a list of at least one item.")]
    [InlineData("""{"url":"https://a","poll":{"until":{"status":[200],"equals":1}}}""", "/poll/until/pointer: It is missing.")]
    [InlineData("""{"method":5,"headers":5,"poll":5}""",
        "/method: The value must be a text.", "/headers: The value must be an object.", "/url: It is missing.", "/poll: The value must be an object.", "/poll/until: It is missing.")]
    public void FindFaults_Input_FindsAllAtOnce(string input, params string[] expected) =>
        Assert.Equal(expected, HttpCallReader.FindFaults(Json(input)).Select(fault => $"{fault.Pointer}: {fault.Message}"));

    [Fact]
    public void FindFaults_AddressTooLong_SaysSo() =>
        Assert.Equal(
            ["/url: The address has 8001 characters; at most 8000 are allowed."],
            HttpCallReader.FindFaults(Json($$"""{"url":"https://a.example/{{new string('a', 7983)}}"}""")).Select(fault => $"{fault.Pointer}: {fault.Message}"));

    [Fact]
    public void Read_Faults_FailsForGood()
    {
        var failure = Assert.Throws<AgentException>(() => Read("""{"method":"TRACE"}"""));

        Assert.Equal(("input_invalid", false), (failure.Code, failure.IsRetryable));
        Assert.Equal("/method: The value must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS. /url: It is missing.", failure.Message);
    }

    private static HttpCall Read(string input) => HttpCallReader.Read(Json(input));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
