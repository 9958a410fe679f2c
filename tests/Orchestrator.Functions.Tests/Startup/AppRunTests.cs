using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Startup;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Startup;

public sealed class AppRunTests
{
    private readonly Work _work = new();

    [Fact]
    public async Task Run_ToldToEnd_IsZero()
    {
        var app = App();
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication());

        Assert.Equal(0, await AppRun.RunAsync(app).WithinLimitAsync("the app ends"));
    }

    [Fact]
    public async Task Run_SomethingInTheBackgroundFails_IsAFailure()
    {
        var run = AppRun.RunAsync(App());

        _work.End.SetException(new InvalidOperationException("It is broken."));

        Assert.Equal(1, await run.WithinLimitAsync("the app ends"));
    }

    private IHost App()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(_ => _work);
        return builder.Build();
    }

    private sealed class Work : BackgroundService
    {
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => End.Task.WaitAsync(stoppingToken);
    }
}
