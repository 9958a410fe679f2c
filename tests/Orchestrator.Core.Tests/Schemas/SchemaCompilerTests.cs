using System.Text.Json;
using Orchestrator.Schemas;

namespace Orchestrator.Core.Tests.Schemas;

public sealed class SchemaCompilerTests
{
    [Theory]
    [InlineData("[]", "", "A schema must be an object or a boolean, not an array.")]
    [InlineData("""{"properties":{"a":1}}""", "/properties/a", "A schema must be an object or a boolean, not a number.")]
    [InlineData("""{"type":"strin"}""", "/type", "It must be, or list, some of: string, number, integer, boolean, object, array, null.")]
    [InlineData("""{"type":[]}""", "/type", "It must be, or list, some of: string, number, integer, boolean, object, array, null.")]
    [InlineData("""{"enum":[]}""", "/enum", "It must be an array of at least one value.")]
    [InlineData("""{"minimum":"1"}""", "/minimum", "It must be a number of at most 100 digits.")]
    [InlineData("""{"exclusiveMinimum":true}""", "/exclusiveMinimum", "It must be a number of at most 100 digits.")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf", "It must be a number over 0.")]
    [InlineData("""{"multipleOf":-2}""", "/multipleOf", "It must be a number over 0.")]
    [InlineData("""{"minLength":1.5}""", "/minLength", "It must be a whole number from 0 to 2147483647.")]
    [InlineData("""{"maxItems":-1}""", "/maxItems", "It must be a whole number from 0 to 2147483647.")]
    [InlineData("""{"uniqueItems":"yes"}""", "/uniqueItems", "It must be a boolean, not a string.")]
    [InlineData("""{"pattern":"["}""", "/pattern", "It is not a regular expression: Invalid pattern '[' at offset 1. Unterminated [] set.")]
    [InlineData("""{"pattern":"(?=a)b"}""", "/pattern", "It looks ahead or behind, refers back, or is too large; only patterns that are matched in one pass are supported.")]
    [InlineData("""{"pattern":5}""", "/pattern", "It must be a string, not a number.")]
    [InlineData("""{"patternProperties":{"a/[":true}}""", "/patternProperties/a~1[", "It is not a regular expression: Invalid pattern 'a/[' at offset 3. Unterminated [] set.")]
    [InlineData("""{"format":"iri"}""", "/format", "There is no format 'iri' that is enforced. There are: date, date-time, duration, email, hostname, ipv4, ipv6, time, uri, uuid.")]
    [InlineData("""{"required":"a"}""", "/required", "It must be an array of strings.")]
    [InlineData("""{"dependentRequired":{"a":[1]}}""", "/dependentRequired/a", "It must be an array of strings.")]
    [InlineData("""{"properties":[]}""", "/properties", "It must be an object, not an array.")]
    [InlineData("""{"anyOf":[]}""", "/anyOf", "It must be an array of at least one schema.")]
    [InlineData("""{"items":[true]}""", "/items", "It must be a schema; the schemas of the first items go into 'prefixItems'.")]
    [InlineData("""{"minContains":1}""", "/contains", "It is missing; 'minContains' and 'maxContains' count what fits it.")]
    [InlineData("""{"then":true}""", "/if", "It is missing; without it 'then' and 'else' mean nothing.")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#"}""", "/$schema",
        "It must be one of: https://json-schema.org/draft/2020-12/schema, https://json-schema.org/draft/2019-09/schema, http://json-schema.org/draft-07/schema.")]
    [InlineData("""{"items":{"$id":"x"}}""", "/items/$id", "Only the whole schema may have an '$id'; refer to a part by its place, such as '#/$defs/name'.")]
    [InlineData("""{"$ref":"#/$defs/a"}""", "/$ref", "There is no schema at '#/$defs/a'.")]
    [InlineData("""{"$ref":"https://127.0.0.1:1/a.json"}""", "/$ref",
        "'https://127.0.0.1:1/a.json' is not within this schema; a reference must begin with '#', as nothing is fetched from elsewhere.")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""", "/$ref",
        "'file:///etc/passwd' is not within this schema; a reference must begin with '#', as nothing is fetched from elsewhere.")]
    [InlineData("""{"$ref":"#"}""", "", "It refers to itself for one and the same value, which would never end.")]
    [InlineData("""{"$defs":{"a":{"anyOf":[{"not":{"$ref":"#/$defs/a"}}]}}}""", "/$defs/a", "It refers to itself for one and the same value, which would never end.")]
    public void TryCreate_OneFault_NamesIt(string schema, string pointer, string message) => Assert.Equal([new Fault(pointer, message)], FindFaults(schema));

    [Theory]
    [InlineData("$anchor")]
    [InlineData("$dynamicRef")]
    [InlineData("$dynamicAnchor")]
    [InlineData("$recursiveRef")]
    [InlineData("$vocabulary")]
    [InlineData("additionalItems")]
    [InlineData("unevaluatedItems")]
    [InlineData("unevaluatedProperties")]
    [InlineData("dependencies")]
    [InlineData("contentEncoding")]
    [InlineData("contentMediaType")]
    [InlineData("contentSchema")]
    [InlineData("id")]
    [InlineData("minlength")]
    public void TryCreate_KeywordThatIsNotEnforced_IsRefusedByName(string keyword) =>
        Assert.Equal(
            [new Fault($"/properties/a/{keyword}", $"The keyword '{keyword}' is not enforced, so it is refused. What only informs may begin with 'x-'.")],
            FindFaults("{\"properties\":{\"a\":{\"" + keyword + "\":true}}}"));

    [Fact]
    public void TryCreate_ManyFaults_NamesAll() =>
        Assert.Equal(
            ["/minLength", "/minimum", "/properties/a/type", "/required"],
            FindFaults("""{"minLength":"a","properties":{"a":{"type":1}},"required":1,"minimum":null}""").Select(fault => fault.Pointer).Order(StringComparer.Ordinal));

    [Fact]
    public void TryCreate_Annotations_AreTaken() =>
        Assert.Empty(FindFaults("""
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/a","$comment":"c","title":"t","description":"d","default":1,"examples":[1],
             "deprecated":true,"readOnly":true,"writeOnly":true,"x-order":1,"definitions":{"a":true}}
            """));

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void TryCreate_SchemasInEachOther_UpToALimit(int depth, bool isGood)
    {
        var schema = string.Concat(Enumerable.Repeat("{\"items\":", depth)) + "true" + new string('}', depth);

        Assert.Equal(isGood ? [] : ["More than 32 schemas lie in each other; name some in '$defs'."], FindFaults(schema).Select(fault => fault.Message));
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void TryCreate_ReferencesInARow_UpToALimit(int count, bool isGood)
    {
        var definitions = Enumerable.Range(0, count).Select(number => $"\"d{number}\":{{\"$ref\":\"#/$defs/d{number + 1}\"}}");
        var schema = $$$"""{"$ref":"#/$defs/d0","$defs":{{{{string.Join(',', definitions)}}},"d{{{count}}}":true}}""";

        Assert.Equal(isGood ? [] : ["More than 32 schemas in a row are held against one value; refer less deeply."], FindFaults(schema).Select(fault => fault.Message));
    }

    [Fact]
    public void TryCreate_LongPattern_IsRefused() =>
        Assert.Equal([new Fault("/pattern", "The pattern is 1001 characters long; it must be at most 1000.")], FindFaults($$"""{"pattern":"{{new string('a', 1001)}}"}"""));

    private static IReadOnlyList<Fault> FindFaults(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var made = JsonSchema.TryCreate(document.RootElement, out var faults);
        Assert.Equal(faults.Count == 0, made is not null);
        return faults;
    }
}
