using System.Collections.Concurrent;
using System.Diagnostics;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Invocation;

public sealed class FunctionContextTests
{
    private readonly ConcurrentQueue<FunctionContext> _contexts = [];
    private readonly ConcurrentQueue<Scoped> _scoped = [];

    [Fact]
    public async Task Context_DescribesTheFunctionAndTheInvocation()
    {
        await using var app = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/things/7");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await app.Client.SendAsync(request);

        var context = Assert.Single(_contexts);
        Assert.True(Guid.TryParse(context.InvocationId, out _));
        Assert.Equal("Look", context.FunctionDefinition.Name);
        Assert.Equal(context.FunctionDefinition.Id, context.FunctionId);
        Assert.Equal("Embedded.Functions.Tests.Invocation.FunctionContextTests+LookFunctions.Look", context.FunctionDefinition.EntryPoint);
        Assert.Equal(typeof(LookFunctions).Assembly.Location, context.FunctionDefinition.PathToAssembly);
        Assert.Equal(["request", "id", "context"], context.FunctionDefinition.Parameters.Select(parameter => parameter.Name));
        var trigger = Assert.Single(context.FunctionDefinition.InputBindings).Value;
        Assert.Equal(("request", "httpTrigger", BindingDirection.In), (trigger.Name, trigger.Type, trigger.Direction));
        var output = Assert.Single(context.FunctionDefinition.OutputBindings).Value;
        Assert.Equal(("$return", "http", BindingDirection.Out), (output.Name, output.Type, output.Direction));
        Assert.Equal("7", context.BindingContext.BindingData["ID"]);
        Assert.Equal((0, 0), (context.RetryContext.RetryCount, context.RetryContext.MaxRetryCount));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", context.TraceContext.TraceParent, StringComparison.Ordinal);
        Assert.Equal("", context.TraceContext.TraceState);
        Assert.Empty(context.TraceContext.Attributes);
        Assert.Empty(context.TraceContext.Baggage);
        Assert.NotNull(context.GetHttpContext());
    }

    [Fact]
    public async Task Invocations_HaveEachAScopeAndAnInstance_ThatEndWithThem()
    {
        await using var app = await StartAsync();

        await app.Client.GetStringAsync("api/things/1");
        await app.Client.GetStringAsync("api/things/2");

        Assert.Equal(2, _scoped.Distinct().Count());
        await Eventually.TrueAsync(() => _scoped.All(scoped => scoped.IsDisposed), "both scopes have ended");
        Assert.Equal(2, LookFunctions.DisposedFor(_contexts));
        Assert.NotEqual(_contexts.First().InvocationId, _contexts.Last().InvocationId);
    }

    [Fact]
    public async Task Result_IsExecutedInsideTheScope()
    {
        await using var app = await StartAsync();

        Assert.Equal("alive", await app.Client.GetStringAsync("api/late"));
    }

    [Fact]
    public async Task TimeOut_OfHostJson_CancelsTheInvocation()
    {
        var clock = new ManualTimeProvider();
        await using var app = await StartAsync(clock, """{"functionTimeout":"00:01:00"}""");
        var call = app.Client.GetAsync("api/endless");
        await clock.WhenArmedAsync(1).WithinLimitAsync("the time-out runs");

        clock.Advance(TimeSpan.FromSeconds(60));

        using var response = await call.WithinLimitAsync("the invocation ends");
        Assert.Equal(StatusCodes.Status500InternalServerError, (int)response.StatusCode);
        Assert.Contains(app.Logs.Errors, line => line.Message.Contains("has run for 00:01:00, its time-out (functionTimeout of host.json).", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TimeOut_OfMinusOne_IsNone()
    {
        var clock = new ManualTimeProvider();
        await using var app = await StartAsync(clock, """{"functionTimeout":"-1"}""");

        await app.Client.GetStringAsync("api/things/1");

        Assert.Equal(0, clock.ArmedTimers);
    }

    private Task<TestApp> StartAsync(TimeProvider? clock = null, string hostJson = "{}") => TestApp.StartAsync(new TestAppOptions
    {
        Functions = [typeof(LookFunctions)],
        Files = new Dictionary<string, string> { ["host.json"] = hostJson },
        Configure = builder =>
        {
            builder.Services.AddSingleton(clock ?? TimeProvider.System);
            builder.Services.AddSingleton(_contexts);
            builder.Services.AddSingleton(_scoped);
            builder.Services.AddScoped<Scoped>();
        },
    });

    public sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed class LookFunctions(Scoped scoped, ConcurrentQueue<Scoped> all, ConcurrentQueue<FunctionContext> contexts) : IDisposable
    {
        private static readonly ConcurrentDictionary<string, bool> Disposed = new(StringComparer.Ordinal);
        private string? _invocation;

        public static int DisposedFor(IEnumerable<FunctionContext> contexts) => contexts.Count(context => Disposed.ContainsKey(context.InvocationId));

        [Function("Look")]
        public IActionResult Look([HttpTrigger(AuthorizationLevel.Anonymous, Route = "things/{id}")] HttpRequest request, string id, FunctionContext context)
        {
            Assert.Same(scoped, context.InstanceServices.GetRequiredService<Scoped>());
            Assert.Same(scoped, request.HttpContext.RequestServices.GetRequiredService<Scoped>());
            Assert.Equal(context.TraceContext.TraceParent, Activity.Current?.Id);
            Assert.NotNull(context.GetLogger("category"));
            Assert.NotNull(context.GetLogger<FunctionContextTests>());
            _invocation = context.InvocationId;
            all.Enqueue(scoped);
            contexts.Enqueue(context);
            return new OkResult();
        }

        [Function("Late")]
        public IActionResult Late([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new LateResult(scoped);

        [Function("Endless")]
        public static Task Endless([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken) =>
            new TaskCompletionSource().Task.WaitAsync(cancellationToken);

        public void Dispose()
        {
            if (_invocation is not null)
                Disposed[_invocation] = true;
        }

        private sealed class LateResult(Scoped scoped) : IActionResult
        {
            public Task ExecuteResultAsync(ActionContext context) => context.HttpContext.Response.WriteAsync(scoped.IsDisposed ? "disposed" : "alive");
        }
    }
}
