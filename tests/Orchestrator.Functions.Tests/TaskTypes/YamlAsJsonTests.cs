using System.Text;
using Orchestrator.Functions.TaskTypes;

namespace Orchestrator.Functions.Tests.TaskTypes;

public sealed class YamlAsJsonTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: -1.50e+3", """{"a":-1.50e+3}""")]
    [InlineData("a: [true, false, null, ~, ]", """{"a":[true,false,null,null]}""")]
    [InlineData("a:\nb: ''", """{"a":null,"b":""}""")]
    [InlineData("- '1'\n- \"true\"\n- 'null'", """["1","true","null"]""")]
    [InlineData("[yes, no, on, True, NULL, .5, 01, 0x1F, 1_000, .inf, 2026-11-22, +1]", """["yes","no","on","True","NULL",".5","01","0x1F","1_000",".inf","2026-11-22","+1"]""")]
    [InlineData("1: a\ntrue: b", """{"1":"a","true":"b"}""")]
    [InlineData("a: |\n  one\n  two\n", """{"a":"one\ntwo\n"}""")]
    [InlineData("a: >\n  one\n  two\n", """{"a":"one two\n"}""")]
    [InlineData("# of nothing else\na: 'it''s' # here", """{"a":"it's"}""")]
    [InlineData("---\na: {b: [{c: é 😀}]}\n...", """{"a":{"b":[{"c":"é \uD83D\uDE00"}]}}""")]
    [InlineData("""{"a": [1, "b"]}""", """{"a":[1,"b"]}""")]
    public void Convert_Document_IsTheSameInJson(string yaml, string json) => Assert.Equal(json, Encoding.UTF8.GetString(YamlAsJson.Convert(yaml)));

    [Theory]
    [InlineData("a: &x 1\nb: *x", "Not usable at line 2, column 4: Aliases are not supported; write the value out.")]
    [InlineData("a: !!str 1", "Not usable at line 1, column 4: Tags are not supported.")]
    [InlineData("a: !thing {}", "Not usable at line 1, column 4: Tags are not supported.")]
    [InlineData("? [a]\n: 1", "Not usable at line 1, column 3: The name of a field must be a text.")]
    [InlineData("a: 1\n---\nb: 2", "Not usable at line 2, column 1: A second document begins here; a file holds one.")]
    public void Convert_NoFormInJson_SaysWhere(string yaml, string message) => Assert.Equal(message, Assert.Throws<FormatException>(() => YamlAsJson.Convert(yaml)).Message);

    [Theory]
    [InlineData("a: [1")]
    [InlineData("a: 'open")]
    [InlineData("a:\n\t- 1")]
    [InlineData("a: b: c")]
    [InlineData("")]
    public void Convert_NoYaml_SaysWhere(string yaml) =>
        Assert.Matches(@"^Not valid YAML at line \d+, column \d+: .+", Assert.Throws<FormatException>(() => YamlAsJson.Convert(yaml)).Message);

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Convert_Depth_UpToAHundredLevels(int containers, bool isTaken)
    {
        var yaml = new string('[', containers) + "1" + new string(']', containers);

        if (isTaken)
            Assert.Equal(yaml, Encoding.UTF8.GetString(YamlAsJson.Convert(yaml)));
        else
            Assert.Equal("Not usable at line 1, column 101: More than 100 levels lie in each other.", Assert.Throws<FormatException>(() => YamlAsJson.Convert(yaml)).Message);
    }
}
