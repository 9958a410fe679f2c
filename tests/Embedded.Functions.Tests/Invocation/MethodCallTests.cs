using Embedded.Functions.Invocation;

namespace Embedded.Functions.Tests.Invocation;

public sealed class MethodCallTests
{
    [Theory]
    [InlineData(nameof(Void), null)]
    [InlineData(nameof(Plain), "x")]
    [InlineData(nameof(OfTask), null)]
    [InlineData(nameof(OfTaskOfText), "x")]
    [InlineData(nameof(OfValueTask), null)]
    [InlineData(nameof(OfValueTaskOfText), "x")]
    public async Task Invoke_GivesTheResult_WhateverTheMethodReturns(string method, string? expected) =>
        Assert.Equal(expected, await Call(method).InvokeAsync(this, ["x"]));

    [Theory]
    [InlineData(nameof(Throws))]
    [InlineData(nameof(ThrowsLate))]
    public async Task Invoke_OfAMethodThatThrows_FailsTheTask(string method)
    {
        var call = Call(method).InvokeAsync(this, ["x"]);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => call);
        Assert.Equal("x", fault.Message);
        Assert.Contains(method, fault.StackTrace, StringComparison.Ordinal);
    }

    internal void Void(string text) => Assert.Equal("x", text);

    internal string Plain(string text) => text;

    internal async Task OfTask(string text) => await Task.Yield();

    internal async Task<string> OfTaskOfText(string text)
    {
        await Task.Yield();
        return text;
    }

    internal async ValueTask OfValueTask(string text) => await Task.Yield();

    internal async ValueTask<string> OfValueTaskOfText(string text)
    {
        await Task.Yield();
        return text;
    }

    internal string Throws(string text) => throw new InvalidOperationException(text);

    internal async Task ThrowsLate(string text)
    {
        await Task.Yield();
        throw new InvalidOperationException(text);
    }

    private static MethodCall Call(string method) =>
        new(typeof(MethodCallTests).GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!);
}
