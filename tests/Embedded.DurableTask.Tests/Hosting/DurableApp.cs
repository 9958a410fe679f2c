using Embedded.DurableTask.Client;
using Embedded.Functions.Discovery;
using Embedded.Functions.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>A function app of a few classes in one mode, on a task hub of its own and a queue of its own, which the setting <c>Queue</c> names.</summary>
internal sealed class DurableApp : IAsyncDisposable
{
    private const int Seed = 20_261_122;

    private readonly IHost _host;

    private DurableApp(IHost host) => _host = host;

    public DurableTaskClient Client => _host.Services.GetRequiredService<HubClient>();

    public HttpClient Http { get; } = new();

    public static async Task<DurableApp> StartAsync(AzuriteFixture azurite, string mode, IReadOnlyList<Type> functions, Action<IServiceCollection>? configure = null)
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
        var app = new DurableApp(builder.Build());
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

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync().WithinLimitAsync("the app stops");
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
