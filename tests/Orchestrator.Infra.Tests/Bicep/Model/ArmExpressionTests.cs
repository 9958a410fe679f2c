namespace Orchestrator.Infra.Tests.Bicep.Model;

public sealed class ArmExpressionTests
{
    [Fact]
    public void Parse_CallsWithinCalls_ReadsEach()
    {
        var read = ArmExpression.Parse("[union(createObject('a', 'it''s', 'b', reference('/id', '2024-01-01').keys[0].value), parameters('more'))]");

        Assert.Equal("union", read.Function);
        Assert.Equal(["createObject", "parameters"], read.Arguments.Select(argument => argument.Function));
        Assert.Equal(["a", "it's", "b", "[reference('/id', '2024-01-01').keys[0].value]"], read.Arguments[0].Arguments.Select(argument => argument.ToString()));
    }

    [Fact]
    public void Parse_AnEndInTheMiddle_Throws() =>
        Assert.Equal("The expression 'union('a'' ends in the middle.", Assert.Throws<FormatException>(() => ArmExpression.Parse("[union('a']")).Message);
}
