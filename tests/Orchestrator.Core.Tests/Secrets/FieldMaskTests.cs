using System.Text.Json;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Secrets;

public sealed class FieldMaskTests
{
    [Theory]
    [InlineData("/card/number", """{"card":{"number":"4111","cvc":1.50}}""", """{"card":{"number":"***","cvc":1.50}}""")]
    [InlineData("/card", """{ "card" : {"number":"4111"} , "é":"\u00e9" }""", """{ "card" : "***" , "é":"\u00e9" }""")]
    [InlineData("/CARD/Number", """{"card":{"number":4111,"numbers":4111}}""", """{"card":{"number":"***","numbers":4111}}""")]
    [InlineData("/items/*/pin", """{"items":[{"pin":1},{"pin":true,"n":[1]},{"no":3}],"pin":4}""", """{"items":[{"pin":"***"},{"pin":"***","n":[1]},{"no":3}],"pin":4}""")]
    [InlineData("/items/1", """{"items":[1,[2,2],{"a":3}]}""", """{"items":[1,"***",{"a":3}]}""")]
    [InlineData("/*/pin", """{"a":{"pin":1},"b":{"pin":[]}}""", """{"a":{"pin":"***"},"b":{"pin":"***"}}""")]
    [InlineData("/a~1b/c~0d", """{"a/b":{"c~d":1}}""", """{"a/b":{"c~d":"***"}}""")]
    [InlineData("/p\u0069n", """{"p\u0069n":1}""", """{"p\u0069n":"***"}""")]
    [InlineData("/pin", """{"pin":1,"pin":2}""", """{"pin":"***","pin":"***"}""")]
    [InlineData("/pin", """{"pin":"\ud800"}""", """{"pin":"***"}""")]
    [InlineData("/0", """["x",[],{}]""", """["***",[],{}]""")]
    public void Apply_MaskedField_IsReplacedAndAllElseStaysAsItIsSpelled(string pointer, string json, string masked) =>
        Assert.Equal(masked, FieldMask.Of(pointer).Apply(json));

    [Theory]
    [InlineData("""{"pin":null}""")]
    [InlineData("""{"pin":"***"}""")]
    [InlineData("""{"pin":"secret:the-pin"}""")]
    [InlineData("""{"other":{"pin":1}}""")]
    [InlineData("""[{"pin":1}]""")]
    [InlineData("1")]
    public void Apply_NothingToHide_IsTheSameText(string json) => Assert.Same(json, FieldMask.Of("/pin").Apply(json));

    [Theory]
    [InlineData("secret:")]
    [InlineData("secret:a b")]
    [InlineData("Secret:name")]
    [InlineData("secret:name ")]
    [InlineData("x secret:name")]
    public void Apply_AlmostAReference_IsReplaced(string text) =>
        Assert.Equal("""{"pin":"***"}""", FieldMask.Of("/pin").Apply($$"""{"pin":"{{text}}"}"""));

    [Fact]
    public void Of_PinnedAndCurrent_MasksTheFieldsOfBoth()
    {
        var mask = FieldMask.Of(new TaskType { Name = "t", MaskedFields = ["/a"] }, new TaskType { Name = "t", MaskedFields = ["/b"] });

        Assert.Equal("""{"a":"***","b":"***","c":3}""", mask.Apply("""{"a":1,"b":2,"c":3}"""));
        Assert.True(FieldMask.Of(null, new TaskType { Name = "t" }).IsNone);
    }

    [Theory]
    [InlineData("/card", true)]
    [InlineData("/card/number", true)]
    [InlineData("/card/number/0", true)]
    [InlineData("/items/7/pin", true)]
    [InlineData("/items", true)]
    [InlineData("/card/cvc", false)]
    [InlineData("/other", false)]
    public void Touches_FieldAroundInOrBesideAMaskedOne_SaysSo(string pointer, bool touches) =>
        Assert.Equal(touches, FieldMask.Of("/card/number", "/items/*/pin").Touches(pointer));

    [Fact]
    public void FindPlain_SomeMasked_SaysWhere() =>
        Assert.Equal(["/items/0/pin", "/items/2/pin"], FieldMask.Of("/items/*/pin").FindPlain("""{"items":[{"pin":1},{"pin":null},{"pin":"x"},{"pin":"secret:x"}]}"""));

    [Fact]
    public void Scrub_FaultsOfMaskedFields_SayNothingOfTheirValues()
    {
        var input = JsonElement.Parse("""{"card":{"4111222":"topsecret"},"pin":"4321","old":"***","note":"n"}""");
        Fault[] faults =
        [
            new("/card/4111222", "The name 4111222 does not fit."), new("/card", "It must be a string."), new("/pin", "'43…' is not six digits."), new("/old", "It must be an integer."),
            new("/note", "It must not be TOPSECRET or 4321."), new("", "4111222 is missing."),
        ];

        Assert.Equal(
            [
                new Fault("/card", "It does not fit; no more is said of a masked field."), new Fault("/pin", "It does not fit; no more is said of a masked field."),
                new Fault("/note", "It must not be *** or ***."), new Fault("", "*** is missing."),
            ],
            FieldMask.Of("/card", "/pin", "/old").Scrub(faults, input, mayQuote: true));
        Assert.Contains(new Fault("/card", "It must be a string."), FieldMask.Of("/card").Scrub(faults, input, mayQuote: false));
    }
}
