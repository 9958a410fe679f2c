using System.Collections.Concurrent;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Tests.Invocation;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middleware_RunsAroundTheFunction_InTheOrderItWasAdded()
    {
        var trace = new ConcurrentQueue<string>();
        await using var app = await StartAsync(trace, builder =>
        {
            builder.UseMiddleware<Tracing>();
            builder.UseMiddleware(async (_, next) =>
            {
                trace.Enqueue("inner in");
                await next();
                trace.Enqueue("inner out");
            });
            builder.UseWhen(context => context.FunctionDefinition.Name == "Other", (_, next) =>
            {
                trace.Enqueue("never");
                return next();
            });
            builder.UseWhen<Conditional>(context => context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "httpTrigger"));
        });

        Assert.Equal("Ada", await app.Client.GetStringAsync("api/Greet/Ada"));
        Assert.Equal(["outer in Greet", "inner in", "conditional", "function", "inner out", "outer out"], trace);
    }

    [Fact]
    public async Task Middleware_ThatDoesNotGoOn_AnswersInsteadOfTheFunction()
    {
        var trace = new ConcurrentQueue<string>();
        await using var app = await StartAsync(trace, builder => builder.UseMiddleware((context, _) =>
        {
            context.GetInvocationResult().Value = new StatusCodeResult(StatusCodes.Status401Unauthorized);
            return Task.CompletedTask;
        }));

        using var response = await app.Client.GetAsync("api/Greet/Ada");

        Assert.Equal(StatusCodes.Status401Unauthorized, (int)response.StatusCode);
        Assert.Empty(trace);
    }

    [Fact]
    public async Task Middleware_ThatWritesTheResponse_NeedsNoResult()
    {
        await using var app = await StartAsync([], builder => builder.UseMiddleware((context, _) => context.GetHttpContext()!.Response.WriteAsync("written")));

        Assert.Equal("written", await app.Client.GetStringAsync("api/Greet/Ada"));
    }

    [Fact]
    public async Task Middleware_ReplacesInputsAndResult()
    {
        await using var app = await StartAsync([], builder => builder.UseMiddleware(async (context, next) =>
        {
            var request = await context.BindInputAsync<HttpRequest>(context.FunctionDefinition.InputBindings["request"]);
            request.Value!.Headers["X-Greeting"] = "Hello ";
            await next();
            Assert.Throws<InvalidOperationException>(() => context.GetInvocationResult<string>());
            var result = context.GetInvocationResult<OkObjectResult>();
            result.Value = new OkObjectResult(result.Value!.Value + "!");
        }));

        Assert.Equal("Hello Ada!", await app.Client.GetStringAsync("api/Greet/Ada"));
    }

    [Fact]
    public async Task Middleware_SeesWhatTheFunctionThrew()
    {
        Exception? seen = null;
        await using var app = await StartAsync([], builder => builder.UseMiddleware(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException fault)
            {
                seen = fault;
                context.GetInvocationResult().Value = new ConflictResult();
            }
        }));

        using var response = await app.Client.GetAsync("api/Fails");

        Assert.Equal(StatusCodes.Status409Conflict, (int)response.StatusCode);
        Assert.Equal("failed", seen?.Message);
        Assert.Empty(app.Logs.Errors);
    }

    private static Task<TestApp> StartAsync(ConcurrentQueue<string> trace, Action<IFunctionsWorkerApplicationBuilder> use) =>
        TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(GreetFunctions)],
            Configure = builder =>
            {
                builder.Services.AddSingleton(trace);
                use(builder);
            },
        });

    public sealed class Tracing(ConcurrentQueue<string> trace) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trace.Enqueue("outer in " + context.FunctionDefinition.Name);
            await next(context);
            trace.Enqueue("outer out");
        }
    }

    public sealed class Conditional(ConcurrentQueue<string> trace) : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trace.Enqueue("conditional");
            return next(context);
        }
    }

    public sealed class GreetFunctions(ConcurrentQueue<string> trace)
    {
        [Function("Greet")]
        public IActionResult Greet([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Greet/{name}")] HttpRequest request, string name)
        {
            trace.Enqueue("function");
            return new OkObjectResult(request.Headers["X-Greeting"] + name);
        }

        [Function("Fails")]
        public Task<IActionResult> Fails([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
            throw new InvalidOperationException("failed");
    }
}
