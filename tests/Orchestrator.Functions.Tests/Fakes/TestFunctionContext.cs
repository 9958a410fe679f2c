using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>The context of an invocation by a trigger with binding data.</summary>
internal static class TestFunctionContext
{
    public static FunctionContext Of(params (string Name, object? Value)[] bindingData)
    {
        var binding = new Mock<BindingContext>();
        binding.Setup(context => context.BindingData).Returns(bindingData.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.OrdinalIgnoreCase));
        var context = new Mock<FunctionContext>();
        context.Setup(function => function.BindingContext).Returns(binding.Object);
        context.Setup(function => function.InvocationId).Returns("invocation-1");
        return context.Object;
    }

    /// <summary>The context of an invocation of an HTTP function.</summary>
    public static FunctionContext Of(string function, HttpContext http)
    {
        var definition = new Mock<FunctionDefinition>();
        definition.Setup(context => context.Name).Returns(function);
        var context = new Mock<FunctionContext>();
        context.Setup(invocation => invocation.FunctionDefinition).Returns(definition.Object);
        context.Setup(invocation => invocation.Items).Returns(new Dictionary<object, object> { ["HttpRequestContext"] = http });
        return context.Object;
    }
}
