using System.Text;
using Orchestrator.Functions.Json;

namespace Orchestrator.Functions.Tests.Json;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1, -2.5e3, true, \"x\"]")]
    [InlineData("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}")]
    [InlineData("\"\\ud83d\\ude00 \\\" \\\\ \\u0041\"")]
    public void Check_GoodJson_NoFault(string json) => Assert.Empty(Check(json));

    [Theory]
    [InlineData("", "", "The body is empty; a JSON object is expected.")]
    [InlineData("\uFEFF{}", "", "The body begins with a byte order mark; send UTF-8 without one.")]
    [InlineData("{\"a\":1,\"a\":2}", "/a", "The property stands here twice.")]
    [InlineData("{\"x\":[0,{\"a/b~\":1,\"a/b~\":1}]}", "/x/1/a~1b~0", "The property stands here twice.")]
    [InlineData("{\"a\":\"\\ud800\"}", "/a", "The string holds an unpaired surrogate.")]
    [InlineData("{\"a\":[\"\\udc00\"]}", "/a/0", "The string holds an unpaired surrogate.")]
    [InlineData("{\"a\":{\"\\ud800\":1}}", "/a/\uFFFD", "A property name holds an unpaired surrogate.")]
    [InlineData("{\"a\":NaN}", "/a", "Not valid JSON at line 1, byte 6: 'N' is an invalid start of a value.")]
    [InlineData("not a secret", "", "Not valid JSON at line 1, byte 2: 'n' does not begin a value. Expected the literal 'null'.")]
    [InlineData("[truth", "/0", "Not valid JSON at line 1, byte 5: 't' does not begin a value. Expected the literal 'true'.")]
    [InlineData("{\"a\":1} x", "", "Not valid JSON at line 1, byte 9: 'x' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("{\"a\":1,}", "/a", "Not valid JSON at line 1, byte 8: The JSON object contains a trailing comma at the end.")]
    [InlineData("{}{}", "", "Not valid JSON at line 1, byte 3: '{' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("[[[[[1]]]]]", "/0/0/0/0", "Not valid JSON at line 1, byte 5: more than 4 containers lie in each other.")]
    public void Check_OneFault_NamedWithItsPlace(string json, string pointer, string message) =>
        Assert.Equal([new Fault(pointer, message)], Check(json, maxDepth: 4));

    [Theory]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\"")]
    [InlineData("[1, 2")]
    [InlineData("\"abc")]
    [InlineData("tru")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("01")]
    [InlineData("// x\n1")]
    [InlineData("-Infinity")]
    public void Check_Malformed_OneFault(string json) =>
        Assert.StartsWith("Not valid JSON at line ", Assert.Single(Check(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_SeveralFaults_AllNamed() =>
        Assert.Equal(
            ["/a", "/b/0", "/c"],
            Check("{\"a\":1,\"a\":2,\"b\":[\"\\ud800\"],\"c\":1,\"c\":2}").Select(fault => fault.Pointer));

    [Fact]
    public void Check_FaultsWithoutEnd_StopsAtTheMost() =>
        Assert.Equal(StrictJson.MaxFaults, Check($"[{string.Join(',', Enumerable.Repeat("\"\\ud800\"", 5_000))}]").Count);

    [Fact]
    public void Check_InvalidUtf8_NamesTheByte() =>
        Assert.Equal([new Fault("", "Byte 3 is not valid UTF-8.")], StrictJson.Check([(byte)'[', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)']'], maxDepth: 4));

    [Fact]
    public void Check_TenMegabytes_Read() =>
        Assert.Empty(Check($"[{string.Join(',', Enumerable.Repeat("\"0123456789\"", 800_000))}]"));

    private static IReadOnlyList<Fault> Check(string json, int maxDepth = 64) => StrictJson.Check(Encoding.UTF8.GetBytes(json), maxDepth);
}
