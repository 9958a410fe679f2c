using System.Net;
using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Hosting;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_TakesNoNewRequest_AndFinishesTheOneInFlight()
    {
        var gate = new Gate();
        await using var app = await StartAsync(gate, TimeProvider.System);
        var inFlight = app.Client.GetAsync("api/Wait");
        await gate.Entered.WithinLimitAsync("the request is in flight");

        var stop = app.StopAsync();
        await Eventually.TrueAsync(() => IsRefusedAsync(app), "new connections are refused");
        Assert.False(stop.IsCompleted);
        gate.Open();

        using var response = await inFlight.WithinLimitAsync("the answer");
        Assert.Equal("done", await response.Content.ReadAsStringAsync());
        await stop.WithinLimitAsync("the stop");
        Assert.Equal(["Stopping: finishing what is in flight.", "Stopped."], app.Logs.Lines.Select(line => line.Message).Where(text => text.StartsWith("Stop", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_TellsWhatIsInFlightToEnd_FiveSecondsBeforeItsTimeIsUp()
    {
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using var app = await StartAsync(gate, clock);
        var inFlight = app.Client.GetAsync("api/Wait");
        await gate.Entered.WithinLimitAsync("the request is in flight");

        var stop = app.StopAsync();
        await clock.WhenArmedAsync(1).WithinLimitAsync("the stop waits");
        clock.Advance(TimeSpan.FromSeconds(25) - TimeSpan.FromTicks(1));
        Assert.False(inFlight.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        using var response = await inFlight.WithinLimitAsync("the invocation ends");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await stop.WithinLimitAsync("the stop");
    }

    [Fact]
    public async Task Stop_WhileTheHostStarts_EndsTheStartWithoutAFault()
    {
        var extension = new NeverStarted();
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(WaitFunctions)],
            Configure = builder => builder.Services.AddSingleton(new Gate()).AddSingleton<ITriggerExtension>(provider => extension.With(provider.GetRequiredService<IHostApplicationLifetime>())),
        });

        await app.StopAsync().WithinLimitAsync("the stop");

        Assert.True(extension.IsStopped);
        // The generic host's own, which the console passes over.
        Assert.Equal(["Hosting failed to start"], app.Logs.Lines.Select(line => line.Message));
    }

    private static async Task<bool> IsRefusedAsync(TestApp app)
    {
        using var client = new HttpClient();
        try
        {
            using var response = await client.GetAsync(new Uri(app.Client.BaseAddress!, "api/unknown"));
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    private static Task<TestApp> StartAsync(Gate gate, TimeProvider clock) => TestApp.StartAsync(new TestAppOptions
    {
        Functions = [typeof(WaitFunctions)],
        Files = new Dictionary<string, string> { ["host.json"] = """{"functionTimeout":"-1"}""" },
        Configure = builder =>
        {
            builder.Services.AddSingleton(clock);
            builder.Services.AddSingleton(gate);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        },
    });

    /// <summary>An extension that is told to end while it starts, and waits for something that does not come.</summary>
    private sealed class NeverStarted : ITriggerExtension
    {
        private IHostApplicationLifetime? _lifetime;

        public bool IsStopped { get; private set; }

        public NeverStarted With(IHostApplicationLifetime lifetime)
        {
            _lifetime = lifetime;
            return this;
        }

        public bool Handles(Attribute triggerAttribute) => false;

        public void Add(TriggeredFunction function) => throw new NotSupportedException();

        public bool Offers(TriggeredFunction function, string bindingDataName) => false;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _lifetime!.StopApplication();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }

    public sealed class Gate
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Open() => _open.SetResult();

        public Task PassAsync(CancellationToken cancellationToken)
        {
            _entered.SetResult();
            return _open.Task.WaitAsync(cancellationToken);
        }
    }

    public sealed class WaitFunctions(Gate gate)
    {
        [Function("Wait")]
        public async Task<IActionResult> Wait([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken)
        {
            await gate.PassAsync(cancellationToken);
            return new OkObjectResult("done");
        }
    }
}
