using System.Text;
using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskSubmissionReaderTests
{
    private static readonly TaskType Digest = new()
    {
        Name = "text.digest",
        CheckInput = input => input.ValueKind == JsonValueKind.Object ? [] : [new Fault("/file", "It is missing.")],
    };

    private static readonly TaskType Strict = new()
    {
        Name = "strict",
        InputSchema = """{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}""",
        DefaultInput = """{"n":7}""",
        CheckInput = input => input.GetProperty("n").GetInt32() > 100 ? [new Fault("/n", "It is too large for the agent.")] : [],
        Priority = 8,
        Tags = ["a", "b"],
        Version = 3,
    };

    private static readonly TaskType Masked = new()
    {
        Name = "masked",
        InputSchema = """{"type":"object","required":["pin"],"properties":{"pin":{"type":"integer"},"card":{"anyOf":[{"properties":{"number":{"pattern":"^[0-9]+$"}}}]}}}""",
        CheckInput = input => input.GetProperty("pin").GetInt32() < 1000 ? [new Fault("/pin", $"{input.GetProperty("pin")} is too short.")] : [],
        MaskedFields = ["/pin", "/card/number"],
    };

    private readonly TaskSubmissionReader _reader = new(new KnownTypes(Digest, Strict), TimeProvider.System);

    [Fact]
    public void Read_EverythingGiven_IsAccepted()
    {
        var submission = Accept("""{ "type": "text.digest", "input": { "a" : 1.50 }, "title": "T", "tags": ["x", "y"], "priority": 9, "idempotencyKey": "k" }""");

        Assert.Equal((Digest, """{ "a" : 1.50 }""", "T", 9, "k"), (submission.Type, submission.Input, submission.Title, submission.Priority, submission.IdempotencyKey));
        Assert.Equal(["x", "y"], submission.Tags);
    }

    [Fact]
    public void Read_OnlyWhatIsRequired_HasDefaults()
    {
        var submission = Accept("""{"type":"text.digest","input":{},"title":null,"tags":null,"priority":null,"idempotencyKey":null}""");

        Assert.Equal(("", 5, null), (submission.Title, submission.Priority, submission.IdempotencyKey));
        Assert.Empty(submission.Tags);
    }

    [Fact]
    public void Read_TypeWithDefaults_HasThem()
    {
        var submission = Accept("""{"type":"strict"}""");

        Assert.Equal((Strict, """{"n":7}""", 8), (submission.Type, submission.Input, submission.Priority));
        Assert.Equal(["a", "b"], submission.Tags);
    }

    [Fact]
    public void Read_TypeWithDefaults_WhatIsGivenGoesFirst()
    {
        var submission = Accept("""{"type":"strict","input":{ "n" : 1 },"priority":0,"tags":["c","a"]}""");

        Assert.Equal(("""{ "n" : 1 }""", 0), (submission.Input, submission.Priority));
        Assert.Equal(["c", "a", "b"], submission.Tags);
    }

    [Theory]
    [InlineData("""{"type":"strict","input":{"n":"1"}}""", "/input/n", "It must be a whole number, not a string.")]
    [InlineData("""{"type":"strict","input":{}}""", "/input/n", "It is missing.")]
    [InlineData("""{"type":"strict","input":null}""", "/input", "It must be an object, not null.")]
    [InlineData("""{"type":"strict","input":{"n":101}}""", "/input/n", "It is too large for the agent.")]
    public void Read_InputThatDoesNotFit_IsRefusedBySchemaThenByTheAgentsCheck(string json, string pointer, string message) =>
        Assert.Equal([new Fault(pointer, message)], Refuse(json));

    [Fact]
    public void Read_TooManyTagsWithThoseOfTheType_SaysHowMany()
    {
        var tags = string.Join(',', Enumerable.Range(0, 19).Select(i => $"\"{i}\""));

        Assert.Equal(
            [new Fault("/tags", "With the 2 tags of the task type there are 21 tags; at most 20 are allowed.")],
            Refuse($$"""{"type":"strict","tags":[{{tags}}]}"""));
    }

    [Fact]
    public void Read_EverythingWrong_NamesEveryFault()
    {
        var faults = Refuse($$"""{"type":"x","input":1,"title":"{{new string('t', 201)}}","tags":["","a","a",1],"priority":10,"idempotencyKey":"","colour":1,"a/b~c":2}""");

        Assert.Equal(
            [
                new Fault("/type", "There is no task type 'x'. There are: text.digest, strict."),
                new Fault("/title", "It is 201 characters long; it must be 0 to 200."),
                new Fault("/tags/0", "It is 0 characters long; it must be 1 to 64."),
                new Fault("/tags/2", "The tag 'a' stands there twice."),
                new Fault("/tags/3", "It must be a string, not a number."),
                new Fault("/priority", "It is 10; it must be a whole number from 0 to 9."),
                new Fault("/idempotencyKey", "It is 0 characters long; it must be 1 to 200."),
                new Fault("/colour", "There is no such field. The fields are: type, input, title, tags, priority, name, idempotencyKey, idempotencyScope, idempotencyLifetime, delay, startAt, dependsOn, parent, correlationId, callback."),
                new Fault("/a~1b~0c", "There is no such field. The fields are: type, input, title, tags, priority, name, idempotencyKey, idempotencyScope, idempotencyLifetime, delay, startAt, dependsOn, parent, correlationId, callback."),
            ],
            faults);
    }

    [Theory]
    [InlineData("""{"input":{}}""", "/type", "'type' is missing.")]
    [InlineData("""{"type":5,"input":{}}""", "/type", "It must be a string, not a number.")]
    [InlineData("""{"type":"text.digest","input":7}""", "/input/file", "It is missing.")]
    [InlineData("""{"type":"text.digest"}""", "/input/file", "It is missing.")]
    [InlineData("""{"type":"text.digest","input":{},"tags":"a"}""", "/tags", "It must be an array of strings, not a string.")]
    [InlineData("""{"type":"text.digest","input":{},"priority":5.5}""", "/priority", "It is 5.5; it must be a whole number from 0 to 9.")]
    [InlineData("""{"type":"text.digest","input":{},"priority":"5"}""", "/priority", "It must be a whole number from 0 to 9, not a string.")]
    [InlineData("""{"type":"text.digest","input":{},"title":"\ud800"}""", "/title", "It holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"name":"a/b"}""", "/name", "It stands in addresses: it must not hold '/', '\\' or control characters, nor be '.' or '..'.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"name":"a\\b"}""", "/name", "It stands in addresses: it must not hold '/', '\\' or control characters, nor be '.' or '..'.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"name":"a\u0000"}""", "/name", "It stands in addresses: it must not hold '/', '\\' or control characters, nor be '.' or '..'.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"name":".."}""", "/name", "It stands in addresses: it must not hold '/', '\\' or control characters, nor be '.' or '..'.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"idempotencyKey":"k\r\nX: y"}""", "/idempotencyKey", "It must not hold control characters, such as line breaks.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"correlationId":"c1\n\u001b[31m"}""", "/correlationId", "It must not hold control characters, such as line breaks.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"tags":["a","b\u0085"]}""", "/tags/1", "It must not hold control characters, such as line breaks.")]
    [InlineData("""{"type":"text.digest","input":{"file":"a"},"idempotencyKey":"k","idempotencyScope":"\t"}""", "/idempotencyScope", "It must not hold control characters, such as line breaks.")]
    [InlineData("""[]""", "", "A task must be a JSON object, not an array.")]
    [InlineData("""null""", "", "A task must be a JSON object, not null.")]
    [InlineData("""true""", "", "A task must be a JSON object, not a boolean.")]
    public void Read_OneFault_NamesIt(string json, string pointer, string message) => Assert.Equal([new Fault(pointer, message)], Refuse(json));

    [Fact]
    public void Read_TooManyTags_SaysHowMany()
    {
        var tags = string.Join(',', Enumerable.Range(0, 21).Select(i => $"\"{i}\""));

        Assert.Equal([new Fault("/tags", "There are 21 tags; at most 20 are allowed.")], Refuse($$"""{"type":"text.digest","input":{},"tags":[{{tags}}]}"""));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Read_InputAtTheLimit_IsTheLastAccepted(int over, bool isAccepted)
    {
        var input = "{\"a\":\"" + new string('x', TaskLimits.PayloadBytes - 8 + over) + "\"}";
        var reading = Read($$"""{"type":"text.digest","input":{{input}}}""");

        Assert.Equal(isAccepted, reading is SubmissionReading.Accepted);
        if (reading is SubmissionReading.Refused refused)
            Assert.Equal([new Fault("/input", "The input is 4194305 bytes long; at most 4194304 are allowed.")], refused.Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"type\":\"a\",\"type\":\"b\"}")]
    [InlineData("{\"type\":NaN}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{} {}")]
    public void Read_NoJson_IsNotJson(string text) => Assert.IsType<SubmissionReading.NotJson>(Read(text));

    [Fact]
    public void Read_TooDeep_IsNotJson() => Assert.IsType<SubmissionReading.NotJson>(Read(new string('[', 100) + new string(']', 100)));

    [Fact]
    public void Read_NotUtf8_SaysSo() => Assert.Equal(new SubmissionReading.NotJson("The text is not UTF-8."), Read(new byte[] { (byte)'"', 0xFF, (byte)'"' }));

    [Fact]
    public void Read_HalfSurrogateInAFieldName_IsNotJson() =>
        Assert.Equal(
            new SubmissionReading.NotJson("The name of a field holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can."),
            Read("""{"type":"text.digest","input":{},"\ud800":1}"""));

    [Theory]
    [InlineData(null, "header", "default", "header")]
    [InlineData("body", null, "default", "body")]
    [InlineData("same", "same", null, "same")]
    [InlineData(null, null, "default", "default")]
    [InlineData(null, null, null, null)]
    public void Read_KeysFromOutside_BodyAndHeaderGoFirst(string? body, string? header, string? other, string? expected)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"type":"text.digest","input":{},"idempotencyKey":{{JsonSerializer.Serialize(body)}}}""");

        Assert.Equal(expected, Assert.IsType<SubmissionReading.Accepted>(Read(json, header, other)).Submission.IdempotencyKey);
    }

    [Fact]
    public void Read_KeysThatDiffer_IsRefused()
    {
        var json = """{"type":"text.digest","input":{},"idempotencyKey":"a"}"""u8.ToArray();

        Assert.Equal([new Fault("/idempotencyKey", "The key differs from the Idempotency-Key header; give one of them, or the same.")], Assert.IsType<SubmissionReading.Refused>(Read(json, "b")).Faults);
        Assert.Equal([new Fault("/idempotencyKey", "The Idempotency-Key header is 201 characters long; it must be 1 to 200.")], Assert.IsType<SubmissionReading.Refused>(Read(json, new string('b', 201))).Faults);
    }

    [Fact]
    public void ContentHash_SameContent_IgnoresWhiteSpaceAndKeyOnly()
    {
        var hash = Accept("""{"type":"text.digest","input":{"a":"x \" y","b":[1, 2]},"idempotencyKey":"k"}""").ContentHash();

        Assert.Equal(hash, Accept("""{"type":"text.digest","input":{ "a" : "x \" y",  "b":[1,2] }}""").ContentHash());
        Assert.NotEqual(hash, Accept("""{"type":"text.digest","input":{"a":"x \"y","b":[1,2]}}""").ContentHash());
        Assert.NotEqual(hash, Accept("""{"type":"text.digest","input":{"a":"x \" y","b":[1,2]},"priority":4}""").ContentHash());
        Assert.NotEqual(hash, Accept("""{"type":"text.digest","input":{"a":"x \" y","b":[1,2]},"tags":["t"]}""").ContentHash());
        Assert.Equal(64, hash.Length);
    }

    [Fact]
    public void Read_MaskedFields_AreCheckedAndThenReplaced()
    {
        Assert.Equal("""{"pin":"***","card":{"number":"***"}, "n":1.50}""", AcceptMasked("""{"type":"masked","input":{"pin":4321,"card":{"number":"4111"}, "n":1.50}}""").Input);
        Assert.Equal([new Fault("/input/pin", "It must be a whole number, not a string.")], RefuseMasked("""{"type":"masked","input":{"pin":"4321"}}"""));
        Assert.Equal([new Fault("/input/pin", "It does not fit; no more is said of a masked field.")], RefuseMasked("""{"type":"masked","input":{"pin":321}}"""));
    }

    [Fact]
    public void Read_InputOfAMaskedTask_IsAcceptedAgain()
    {
        const string masked = """{"pin":"***","card":{"number":"***"}}""";

        Assert.Equal(masked, AcceptMasked($$"""{"type":"masked","input":{{masked}}}""").Input);
        Assert.Equal(
            [new Fault("/input/other", "It is missing.")],
            RefuseMasked($$"""{"type":"masked","input":{{masked}}}""", Masked with { InputSchema = """{"required":["other"],"properties":{"pin":{"type":"integer"}}}""" }));
    }

    [Fact]
    public void ContentHash_MaskedFields_DoNotCountAndTheHashOfOldIsKnown()
    {
        var one = AcceptMasked("""{"type":"masked","input":{"pin":4321}}""");
        var other = AcceptMasked("""{"type":"masked","input":{"pin":8765}}""");

        Assert.Equal(one.ContentHash(), other.ContentHash());
        var before = (one with { Input = """{"pin":4321}""" }).ContentHash();
        Assert.True(one.HasContent(one.ContentHash()));
        Assert.True(one.HasContent(before));
        Assert.False(other.HasContent(before));
        Assert.False(other.HasContent(""));
    }

    [Fact]
    public void Read_WithATrace_TakenOverOnlyWhereThereAreNoHeaders()
    {
        var json = Encoding.UTF8.GetBytes("""{"type":"text.digest","input":{},"traceparent":"anything","tracestate":"more"}""");

        var refused = Assert.IsType<SubmissionReading.Refused>(Read(json));
        var accepted = Assert.IsType<SubmissionReading.Accepted>(Read(json, hasTrace: true));

        Assert.Equal(["/traceparent", "/tracestate"], refused.Faults.Select(fault => fault.Pointer));
        Assert.Equal("anything", accepted.Submission.TraceParent);
    }

    private SubmissionReading Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private SubmissionReading Read(byte[] json, string? headerKey = null, string? defaultKey = null, bool hasTrace = false)
    {
        var reading = _reader.ReadAsync(json, headerKey, defaultKey, hasTrace).AsTask();
        Assert.True(reading.IsCompleted, "Nothing here has to be waited for.");
        return reading.GetAwaiter().GetResult();
    }

    private static TaskSubmission AcceptMasked(string json) => Assert.IsType<SubmissionReading.Accepted>(ReadMasked(json, Masked)).Submission;

    private static IReadOnlyList<Fault> RefuseMasked(string json, TaskType? type = null) => Assert.IsType<SubmissionReading.Refused>(ReadMasked(json, type ?? Masked)).Faults;

    private static SubmissionReading ReadMasked(string json, TaskType type) =>
        new TaskSubmissionReader(new KnownTypes(type), TimeProvider.System).ReadAsync(Encoding.UTF8.GetBytes(json)).AsTask().GetAwaiter().GetResult();

    private TaskSubmission Accept(string json) => Assert.IsType<SubmissionReading.Accepted>(Read(json)).Submission;

    private IReadOnlyList<Fault> Refuse(string json) => Assert.IsType<SubmissionReading.Refused>(Read(json)).Faults;
}
