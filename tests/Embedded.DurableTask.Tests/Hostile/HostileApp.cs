using Embedded.DurableTask.Client;
using Embedded.Functions.Discovery;
using Embedded.Functions.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>A function app of a few classes in one mode, on a task hub and a queue of its own.</summary>
internal sealed class HostileApp : IAsyncDisposable
{
    public const int Seed = 20_261_122;

    private readonly IHost _host;

    private HostileApp(IHost host, string queue)
    {
        _host = host;
        Queue = queue;
    }

    /// <summary>The name of the queue that the setting <c>Queue</c> names.</summary>
    public string Queue { get; }

    public DurableTaskClient Client => _host.Services.GetRequiredService<HubClient>();

    public HttpClient Http { get; } = new();

    public static async Task<HostileApp> StartAsync(AzuriteFixture azurite, string mode, IReadOnlyList<Type> functions, Action<IServiceCollection>? configure = null)
    {
        var name = azurite.UniqueName();
        var builder = new FunctionsApplicationBuilder(
            [
                $"--AzureWebJobsStorage={azurite.ConnectionString}",
                $"--Embedded:Mode={mode}",
                $"--Embedded:Seed={Seed}",
                "--port=0",
                $"--Queue={name}",
                $"--AzureFunctionsJobHost:extensions:durableTask:hubName={name}",
            ],
            new FunctionSource(functions));
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder.Services);
        var app = new HostileApp(builder.Build(), name);
        await app._host.StartAsync().WithinLimitAsync("the app starts");
        if (app._host.Services.GetRequiredService<IEmbeddedHostAddress>().BaseAddress is { } address)
        {
            app.Http.BaseAddress = address;
        }

        return app;
    }

    /// <summary>Runs an orchestration to its end.</summary>
    public async Task<OrchestrationMetadata> EndOfAsync(string instanceId)
    {
        var ended = await Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WithinLimitAsync($"'{instanceId}' ends");
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"'{instanceId}' is {ended.RuntimeStatus}: {ended.SerializedOutput}");
        return ended;
    }

    public Task StopAsync() => _host.StopAsync().WithinLimitAsync("the app stops");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
