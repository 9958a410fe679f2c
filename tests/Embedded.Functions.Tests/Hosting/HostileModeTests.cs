using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Hosting;

/// <summary>The hostile mode as the host has it: its settings, and instances beside the host's own services.</summary>
public sealed class HostileModeTests
{
    private static readonly Dictionary<string, string?> _hostile = new() { ["Embedded:Mode"] = "hostile", ["Embedded:Seed"] = "42" };

    [Theory]
    [InlineData("Embedded:Mode", "Nasty", "settings: Embedded:Mode is 'Nasty'; it must be one of normal, hostile.")]
    [InlineData("Embedded:Seed", "-1", "settings: Embedded:Seed is '-1'; it must be a whole number from 0 to 2147483647.")]
    public async Task Start_SettingIsWrong_SaysWhatItMustBe(string key, string value, string message)
    {
        var fault = await Assert.ThrowsAsync<HostSettingsException>(() => TestApp.StartAsync(
            new TestAppOptions { Functions = [typeof(Timers)], Settings = new Dictionary<string, string?> { [key] = value } }));

        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public async Task Start_Hostile_SaysItsSeed()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions { Functions = [typeof(Timers)], Settings = _hostile });

        Assert.Contains(app.Logs.Lines, line => line is { Level: LogLevel.Warning, Message: "The platform is hostile, for tests; Embedded:Seed=42 draws the same again." });
    }

    [Fact]
    public async Task Start_HostileWithoutASeed_DrawsANewOneEachTime()
    {
        var settings = new Dictionary<string, string?> { ["Embedded:Mode"] = "Hostile" };
        await using var first = await TestApp.StartAsync(new TestAppOptions { Functions = [typeof(Timers)], Settings = settings });
        await using var second = await TestApp.StartAsync(new TestAppOptions { Functions = [typeof(Timers)], Settings = settings });

        Assert.NotEqual(first.Services.GetRequiredService<HostMode>().Seed, second.Services.GetRequiredService<HostMode>().Seed);
    }

    [Fact]
    public async Task Start_Normal_SaysNothingOfIt()
    {
        await using var app = await TestApp.StartAsync(typeof(Timers));

        Assert.Equal(HostMode.Normal, app.Services.GetRequiredService<HostMode>());
        Assert.DoesNotContain(app.Logs.Lines, line => line.Message.Contains("hostile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_AppBringsItsOwnContainer_MakesTheInstancesWithItToo()
    {
        var containers = new Containers();
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(Timers)],
            Settings = _hostile,
            Configure = builder => builder.ConfigureContainer(containers, services => services.AddSingleton(containers)),
        });

        Assert.Equal(2, containers.Made.Count);
        Assert.All(containers.Made, container => Assert.Same(containers, container.GetRequiredService<Containers>()));
    }

    [Fact]
    public async Task HostedService_FailsOnAnInstance_StopsTheHost()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(Timers)],
            Settings = _hostile,
            Configure = builder => builder.Services.AddSingleton(new FirstOnly()).AddHostedService<FailsOnTheSecond>(),
        });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        app.Services.GetRequiredService<FirstOnly>().Go.SetResult();

        await stopping.Task.WithinLimitAsync("the host stops");
        var line = Assert.Single(app.Logs.Lines, line => line.Level == LogLevel.Critical);
        Assert.Equal(("The hosted service 'FailsOnTheSecond' has failed, so the host stops.", "second"), (line.Message, line.Exception!.Message));
        var end = await Assert.ThrowsAsync<HostStartException>(app.StopAsync);
        Assert.Equal("The hosted service 'FailsOnTheSecond' has failed, which has stopped the host; the log says why.", end.Message);
    }

    [Fact]
    public async Task HostedService_CannotStartOnAnInstance_StopsTheStart()
    {
        var starts = new FirstOnly();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(Timers)],
            Settings = _hostile,
            Configure = builder => builder.Services.AddSingleton(starts).AddHostedService<StartsOnTheFirst>(),
        }));

        Assert.Equal("not twice", fault.Message);
        Assert.Equal(2, starts.Stops);
    }

    public static class Timers
    {
        [Function("Tick")]
        public static void Tick([TimerTrigger("*/30 * * * * *")] TimerInfo timer) => _ = timer;
    }

    private sealed class FirstOnly
    {
        private int _count;
        private int _stops;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Stops => _stops;

        public bool IsFirst() => Interlocked.Increment(ref _count) == 1;

        public void Stop() => Interlocked.Increment(ref _stops);
    }

    private sealed class FailsOnTheSecond(FirstOnly first) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var isFirst = first.IsFirst();
            await first.Go.Task.WaitAsync(stoppingToken);
            if (!isFirst)
                throw new InvalidOperationException("second");
        }
    }

    private sealed class StartsOnTheFirst(FirstOnly first) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            first.IsFirst() ? Task.CompletedTask : throw new InvalidOperationException("not twice");

        public Task StopAsync(CancellationToken cancellationToken)
        {
            first.Stop();
            return Task.CompletedTask;
        }
    }

    private sealed class Containers : IServiceProviderFactory<IServiceCollection>
    {
        public List<IServiceProvider> Made { get; } = [];

        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder)
        {
            var made = containerBuilder.BuildServiceProvider();
            Made.Add(made);
            return made;
        }
    }
}
