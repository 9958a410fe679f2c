using System.Reflection;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

[assembly: WorkerExtensionStartup(typeof(ExtensionTests.Startup))]

namespace Embedded.Functions.Tests.Hosting;

/// <summary>The seam between the host and extensions such as Durable.</summary>
public sealed class ExtensionTests
{
    [Fact]
    public async Task Extension_InvokesItsFunctions_WithValueBindingDataAndInputs()
    {
        await using var app = await TestApp.StartAsync(typeof(EchoFunctions));
        var extension = app.Services.GetServices<ITriggerExtension>().OfType<EchoExtension>().Single();

        var result = await extension.Function!.InvokeAsync(
            new TriggerInvocation
            {
                Value = "value",
                BindingData = new Dictionary<string, object?> { ["instanceId"] = "i1" },
                RetryCount = 2,
                AroundMethod = async (context, call) => $"around({await call()}) {context.RetryContext.RetryCount}",
            },
            CancellationToken.None);

        Assert.Equal("around(value i1 client of Echo) 2", result);
        Assert.Equal(("Echo", nameof(EchoFunctions.Echo), "input"), (extension.Function.Name, extension.Function.Method.Name, extension.Function.TriggerParameter.Name));
        Assert.IsType<EchoTriggerAttribute>(extension.Function.TriggerAttribute);
    }

    [Fact]
    public async Task Extension_IsUpBeforeTheFirstRequest_AndStopsAfterTheLast()
    {
        EchoExtension extension;
        await using (var app = await TestApp.StartAsync(typeof(EchoFunctions)))
        {
            extension = app.Services.GetServices<ITriggerExtension>().OfType<EchoExtension>().Single();
            Assert.Equal("started", await app.Client.GetStringAsync("api/State"));
            Assert.False(extension.Stopped);
        }

        Assert.True(extension.Stopped);
    }

    [Fact]
    public async Task InputBinding_ThatRefusesItsParameter_StopsTheStart()
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(typeof(BadInput)));

        Assert.Equal("a client is text.", fault.Reason);
    }

    [Fact]
    public async Task Invocation_ThatThrows_GivesTheExceptionAsItIs()
    {
        await using var app = await TestApp.StartAsync(typeof(ThrowingFunctions));
        var extension = app.Services.GetServices<ITriggerExtension>().OfType<EchoExtension>().Single();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            extension.Function!.InvokeAsync(new TriggerInvocation { Value = "x" }, CancellationToken.None));

        Assert.Equal("thrown x", fault.Message);
        Assert.Contains(nameof(ThrowingFunctions), fault.StackTrace, StringComparison.Ordinal);
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class EchoTriggerAttribute : TriggerBindingAttribute;

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class EchoClientAttribute : InputBindingAttribute;

    public sealed class Startup : WorkerExtensionStartup
    {
        public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
        {
            applicationBuilder.Services.AddSingleton<EchoExtension>();
            applicationBuilder.Services.AddSingleton<ITriggerExtension>(provider => provider.GetRequiredService<EchoExtension>());
            applicationBuilder.Services.AddSingleton<IInputBindingExtension, EchoClients>();
        }
    }

    public sealed class EchoExtension : ITriggerExtension
    {
        public TriggeredFunction? Function { get; private set; }

        public bool Started { get; private set; }

        public bool Stopped { get; private set; }

        public bool Handles(Attribute triggerAttribute) => triggerAttribute is EchoTriggerAttribute;

        public void Add(TriggeredFunction function) => Function = function;

        public bool Offers(TriggeredFunction function, string bindingDataName) => bindingDataName == "instanceId";

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Started = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Stopped = true;
            return Task.CompletedTask;
        }
    }

    public sealed class EchoFunctions(EchoExtension extension)
    {
        [Function("Echo")]
        public static Task<string> Echo([EchoTrigger] string input, string instanceId, [EchoClient] string client) =>
            Task.FromResult($"{input} {instanceId} {client}");

        [Function("State")]
        public IActionResult State([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
            new OkObjectResult(extension.Started ? "started" : "not started");
    }

    public static class ThrowingFunctions
    {
        [Function("Throws")]
        public static string Throw([EchoTrigger] string input) => throw new InvalidOperationException("thrown " + input);
    }

    public static class BadInput
    {
        [Function("Bad")]
        public static void Run([EchoTrigger] string input, [EchoClient] int client)
        {
        }
    }

    private sealed class EchoClients : IInputBindingExtension
    {
        public bool Handles(Attribute bindingAttribute) => bindingAttribute is EchoClientAttribute;

        public void Validate(string functionName, ParameterInfo parameter, Attribute bindingAttribute)
        {
            if (parameter.ParameterType != typeof(string))
                throw new FunctionBindingException(functionName, "a client is text.");
        }

        public ValueTask<object?> BindAsync(ParameterInfo parameter, Attribute bindingAttribute, FunctionContext context) =>
            ValueTask.FromResult<object?>("client of " + context.FunctionDefinition.Name);
    }
}
