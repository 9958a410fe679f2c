using System.Text.Json;
using Orchestrator.Schemas;

namespace Orchestrator.Core.Tests.Schemas;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "7", "It must be a string, not a number.")]
    [InlineData("""{"type":["object","null"]}""", "[]", "It must be an object or null, not an array.")]
    [InlineData("""{"type":"integer"}""", "1.5", "It must be a whole number, not one with a fraction.")]
    [InlineData("""{"type":"integer"}""", "\"1\"", "It must be a whole number, not a string.")]
    [InlineData("""{"enum":[1,"a",null]}""", "\"1\"", "It must be one of: 1, \"a\", null.")]
    [InlineData("""{"const":{"a":1}}""", "{}", "It must be {\"a\":1}.")]
    [InlineData("""{"minimum":1.5}""", "1.4999999999999999999999999999999999999", "It must be at least 1.5.")]
    [InlineData("""{"maximum":9007199254740993}""", "9007199254740993.1", "It must be at most 9007199254740993.")]
    [InlineData("""{"exclusiveMinimum":0}""", "0.0", "It must be more than 0.")]
    [InlineData("""{"exclusiveMaximum":1e400}""", "10e399", "It must be less than 1e400.")]
    [InlineData("""{"multipleOf":0.1}""", "0.35", "It must be a multiple of 0.1.")]
    [InlineData("""{"minLength":2}""", "\"😀\"", "It is 1 characters long; it must be at least 2.")]
    [InlineData("""{"maxLength":1}""", "\"ab\"", "It is 2 characters long; it must be at most 1.")]
    [InlineData("""{"pattern":"^\\d$"}""", "\"٣\"", "It must match the pattern ^\\d$.")]
    [InlineData("""{"pattern":"a$"}""", "\"a\\n\"", "It must match the pattern a$.")]
    [InlineData("""{"type":"string"}""", "null", "It must be a string, not null.")]
    [InlineData("""{"minLength":1}""", "\"\\ud800\"", "It holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can.")]
    [InlineData("""{"minItems":2}""", "[1]", "It has 1 items; at least 2 are needed.")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "It has 2 items; at most 1 are allowed.")]
    [InlineData("""{"contains":{"type":"string"}}""", "[1]", "It has 0 items that fit 'contains'; at least 1 are needed.")]
    [InlineData("""{"contains":{"type":"string"},"maxContains":1}""", "[\"a\",\"b\"]", "It has 2 items that fit 'contains'; at most 1 are allowed.")]
    [InlineData("""{"minProperties":1}""", "{}", "It has 0 properties; at least 1 are needed.")]
    [InlineData("""{"maxProperties":0}""", "{\"a\":1}", "It has 1 properties; at most 0 are allowed.")]
    [InlineData("""{"anyOf":[{"type":"string"},{"properties":{"a":{"const":1}}}]}""", "{\"a\":2}",
        "It fits none of the 2 forms of 'anyOf'. (1) It must be a string, not an object. (2) /a: It must be 1.")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"null"}]}""", "1",
        "It fits none of the 2 forms of 'oneOf'. (1) It must be a string, not a number. (2) It must be null, not a number.")]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"string"},{"minimum":0}]}""", "1", "It fits the forms 1 and 3 of 'oneOf'; it must fit exactly one.")]
    [InlineData("""{"not":{"type":"string"}}""", "\"\"", "It fits what 'not' excludes.")]
    [InlineData("false", "1", "No value is allowed here.")]
    public void FindFaults_OneThatDoesNotFit_SaysWhatWouldBeRight(string schema, string value, string message) =>
        Assert.Equal([new Fault("", message)], Check(schema, value));

    [Theory]
    [InlineData("date-time", "It must be a date and time such as 2026-11-22T10:00:00Z.")]
    [InlineData("date", "It must be a date such as 2026-11-22.")]
    [InlineData("time", "It must be a time of day with its offset, such as 10:00:00Z.")]
    [InlineData("duration", "It must be a duration such as PT5M.")]
    [InlineData("email", "It must be an email address.")]
    [InlineData("hostname", "It must be a host name.")]
    [InlineData("ipv4", "It must be an IPv4 address such as 192.0.2.1.")]
    [InlineData("ipv6", "It must be an IPv6 address such as 2001:db8::1.")]
    [InlineData("uri", "It must be an absolute URI such as https://example.com/a.")]
    [InlineData("uuid", "It must be a UUID such as 0198a7c3-5b1e-7c4d-9a52-0f6b7a1d2c3e.")]
    public void FindFaults_NotOfTheFormat_SaysWhatOneIs(string format, string message) =>
        Assert.Equal([new Fault("", message)], Check($$"""{"format":"{{format}}"}""", "\"no such/[\""));

    [Theory]
    [InlineData("date-time", "2026-11-22T10:00:00.123+01:00")]
    [InlineData("date", "2028-02-29")]
    [InlineData("time", "23:59:60Z")]
    [InlineData("time", "01:29:60+01:30")]
    [InlineData("duration", "P1DT2H")]
    [InlineData("email", "a.b+c@example.com")]
    [InlineData("hostname", "a-b.example")]
    [InlineData("ipv4", "255.0.0.1")]
    [InlineData("ipv6", "::ffff:192.168.0.1")]
    [InlineData("uri", "https://[2001:db8::1]:8080/a?b#c")]
    [InlineData("uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380")]
    public void FindFaults_OfTheFormat_None(string format, string value) => Assert.Empty(Check($$"""{"format":"{{format}}"}""", $"\"{value}\""));

    [Theory]
    [InlineData("date", "2026-02-29")]
    [InlineData("time", "23:59:60+01:00")]
    [InlineData("time", "10:00:00")]
    [InlineData("duration", "P1DT")]
    [InlineData("duration", "P")]
    [InlineData("ipv4", "1.2.3.4.")]
    [InlineData("ipv4", "01.2.3.4")]
    [InlineData("ipv6", "::ffff:192.168.0.01")]
    [InlineData("ipv6", "fe80::1%1")]
    [InlineData("uri", "/a")]
    [InlineData("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380\\n")]
    public void FindFaults_NearlyOfTheFormat_IsOne(string format, string value) => Assert.Single(Check($$"""{"format":"{{format}}"}""", $"\"{value}\""));

    [Theory]
    [InlineData("""{"type":"integer"}""", "1.0")]
    [InlineData("""{"type":"integer"}""", "12345678901234567890123456789012345e-2", false)]
    [InlineData("""{"type":"integer"}""", "1200e-2")]
    [InlineData("""{"enum":[1]}""", "1.0")]
    [InlineData("""{"enum":[{"a":1,"b":2}]}""", """{"b":2,"a":1}""")]
    [InlineData("""{"multipleOf":0.1}""", "0.3")]
    [InlineData("""{"multipleOf":7}""", "7e999999999")]
    [InlineData("""{"multipleOf":7}""", "8e999999999", false)]
    [InlineData("""{"multipleOf":3}""", "123456789012345678901234567890123456789012345678")]
    [InlineData("""{"minimum":-1e-400}""", "0")]
    [InlineData("""{"minimum":-2}""", "-1.5")]
    [InlineData("""{"minimum":-2}""", "-2.5", false)]
    [InlineData("""{"maximum":10}""", "10.0000000000000000000000000000001", false)]
    [InlineData("""{"maximum":1}""", "1e-99999999999999999999999999")]
    [InlineData("""{"maximum":1}""", "1e99999999999999999999999999", false)]
    [InlineData("""{"pattern":"[\\d]"}""", "\"x7\"")]
    [InlineData("""{"pattern":"^\\W\\D[$\\w]$"}""", "\" a$\"")]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}}""", "\"\"", false)]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}}""", "0", false)]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1}}""", "0")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "3", false)]
    [InlineData("""{"properties":{"a":true,"b":false}}""", """{"a":1}""")]
    [InlineData("""{"minItems":5,"minProperties":5,"minLength":5,"required":["a"]}""", "0")]
    public void FindFaults_ExactValues_FitOrNot(string schema, string value, bool fits = true) => Assert.Equal(fits, Check(schema, value).Count == 0);

    [Fact]
    public void FindFaults_ManyThings_NamesEachPlace()
    {
        const string schema = """
            {"type":"object","required":["a","e'f"],"additionalProperties":false,
             "properties":{"a":{"type":"integer"},"b.c/d~e":{"items":{"type":"string"}},"t":{"prefixItems":[{"const":1}],"items":false},"u":{"uniqueItems":true},
                           "x":{"dependentRequired":{"p":["q"]}},"y":{"dependentSchemas":{"p":{"maxProperties":1}}},"z":{"propertyNames":{"maxLength":1}}},
             "patternProperties":{"^n":{"minimum":1}}}
            """;
        const string value = """
            {"a":"1","b.c/d~e":["x",1],"t":[2,3],"u":[{"p":1,"q":[1]},{"q":[1.0],"p":1e0}],"x":{"p":1},"y":{"p":1,"q":2},"z":{"ab":1},"n1":0,"o":1}
            """;

        Assert.Equal(
            [
                new Fault("/e'f", "It is missing."),
                new Fault("/a", "It must be a whole number, not a string."),
                new Fault("/b.c~1d~0e/1", "It must be a string, not a number."),
                new Fault("/t/0", "It must be 1."),
                new Fault("/t/1", "No value is allowed here."),
                new Fault("/u/1", "It is the same as item 0; all items must differ."),
                new Fault("/x/q", "It is missing; it is needed beside 'p'."),
                new Fault("/y", "It has 2 properties; at most 1 are allowed."),
                new Fault("/z/ab", "The property's name does not fit: It is 2 characters long; it must be at most 1."),
                new Fault("/n1", "It must be at least 1."),
                new Fault("/o", "There is no such property. The properties are: a, b.c/d~e, t, u, x, y, z."),
            ],
            Check(schema, value));
    }

    [Fact]
    public void FindFaults_OverTheMost_StopsThere()
    {
        var faults = Check("""{"items":{"type":"string"}}""", $"[{string.Join(',', Enumerable.Range(0, 60))}]");

        Assert.Equal(50, faults.Count);
        Assert.Equal(new Fault("/49", "It must be a string, not a number."), faults[^1]);
    }

    [Fact]
    public void FindFaults_RecursiveReference_FollowsIt()
    {
        const string schema = """{"$ref":"#/$defs/node%20one","$defs":{"node one":{"required":["v"],"properties":{"next":{"$ref":"#/$defs/node one"}}}}}""";

        Assert.Equal([new Fault("/next/next/v", "It is missing.")], Check(schema, """{"v":1,"next":{"v":2,"next":{}}}"""));
    }

    /// <summary>More items than an input often holds, in each way that could compare each with each, or count its place anew.</summary>
    [Theory]
    [InlineData("""{"items":{"properties":{"id":{"type":"integer"}},"required":["id"],"additionalProperties":false}}""", """{"id":1,"x":1}""")]
    [InlineData("""{"items":{"anyOf":[{"type":"string"},{"required":["id"]}]}}""", "{}")]
    [InlineData("""{"uniqueItems":true}""", """{"id":99999.0}""")]
    public void FindFaults_HundredThousandItems_FindsTheOneAtTheEnd(string schema, string bad)
    {
        var items = string.Join(',', Enumerable.Range(0, 100_000).Select(id => $$"""{"id":{{id}}}"""));

        Assert.Empty(Check(schema, $"[{items}]"));
        Assert.StartsWith("/100000", Assert.Single(Check(schema, $"[{items},{bad}]")).Pointer, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFaults_WorkThatDoublesWithEachLevel_IsCutOff()
    {
        const string schema = """
            {"$ref":"#/$defs/n","$defs":{"n":{"anyOf":[{"items":{"$ref":"#/$defs/n"},"minItems":2},{"items":{"$ref":"#/$defs/n"},"minItems":3}]}}}
            """;

        Assert.Equal(
            [new Fault("", "It is too much work to hold it against the schema; make it smaller, or the schema's alternatives fewer.")],
            Check(schema, new string('[', 60) + new string(']', 60)));
    }

    private static IReadOnlyList<Fault> Check(string schema, string value)
    {
        using var schemaDocument = JsonDocument.Parse(schema);
        using var document = JsonDocument.Parse(value);
        var made = JsonSchema.TryCreate(schemaDocument.RootElement, out var faults);
        Assert.Empty(faults);
        return made!.FindFaults(document.RootElement);
    }
}
