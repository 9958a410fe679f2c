using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agents;
using Orchestrator.Agents.Callbacks;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Startup;
using Orchestrator.Functions.Telemetry;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.Storage;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Apps;

/// <summary>The app as <c>Program.cs</c> makes it, in this process, with an agent that does what the test says for tasks of the type <c>test</c>.</summary>
internal sealed class WholeApp : IAsyncDisposable
{
    public static readonly RetryPolicy Retry = new() { MaxAttempts = 3, FirstDelay = TimeSpan.FromMilliseconds(200) };

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly IHost _host;

    private WholeApp(IHost host) => _host = host;

    public HttpClient Http { get; } = new();

    /// <param name="name">Names the task hub and begins the names of the tables.</param>
    /// <param name="settings">Further settings, each as <c>--key=value</c>.</param>
    public static Task<WholeApp> StartAsync(AzuriteFixture azurite, string name, string mode, TestAgent.Script script, params string[] settings) =>
        StartAsync(azurite, name, mode, script, settings, _ => { });

    /// <inheritdoc cref="StartAsync(AzuriteFixture, string, string, TestAgent.Script, string[])"/>
    /// <param name="configure">Registers services in place of the app's own.</param>
    public static async Task<WholeApp> StartAsync(
        AzuriteFixture azurite, string name, string mode, TestAgent.Script script, IReadOnlyList<string> settings, Action<IServiceCollection> configure)
    {
        var builder = FunctionsApplication.CreateBuilder(
        [
            $"--AzureWebJobsStorage={azurite.ConnectionString}",
            "--Embedded:FunctionAssemblies=Orchestrator.Functions",
            $"--Embedded:Mode={mode}",
            "--port=0",
            $"--AzureFunctionsJobHost:extensions:durableTask:hubName={name}",
            $"--Orchestrator:Storage:TablePrefix={name}",
            "--Orchestrator:Attempts:LeaseDuration=00:00:05",
            .. settings,
        ]);
        builder.ConfigureFunctionsWebApplication();
        builder.UseHttpMiddleware();
        builder.UseTimerMiddleware();
        configure(builder.Services);
        builder.Services
            .AddApplicationInsights(builder.Configuration)
            .AddOrchestratorStorage(builder.Configuration)
            .AddOrchestratorAgents()
            .AddSingleton(script)
            .AddAgent<TestAgent>("test", agent => agent.Named("tester").WithRetry(Retry))
            .AddCallbacks()
            .AddOrchestratorFunctions();

        var app = new WholeApp(builder.Build());
        await app._host.StartAsync().WithinLimitAsync("the app starts");
        app.Http.BaseAddress = app._host.Services.GetRequiredService<IEmbeddedHostAddress>().BaseAddress;
        return app;
    }

    /// <summary>A service of the app.</summary>
    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Submits a task; its id.</summary>
    public async Task<string> SubmitAsync(int input)
    {
        using var answer = await Http.PostAsJsonAsync("api/tasks", new { type = "test", input });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task CancelAsync(string id)
    {
        using var answer = await Http.PostAsync(new Uri($"api/tasks/{id}/cancel", UriKind.Relative), content: null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The types of a task's events once it is over.</summary>
    public async Task<string> HistoryAsync(string id)
    {
        await Eventually.ValueAsync(() => GetAsync($"api/tasks/{id}"), task => task.GetProperty("finishedAt").ValueKind == JsonValueKind.String, $"task {id} is over", pause: _pause);
        var events = (await GetAsync($"api/tasks/{id}/events")).GetProperty("events").EnumerateArray();
        return string.Join(' ', events.Select(entry => entry.GetProperty("type").GetString()));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync().WithinLimitAsync("the app stops");
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private Task<JsonElement> GetAsync(string address) => Http.GetFromJsonAsync<JsonElement>(address);
}
