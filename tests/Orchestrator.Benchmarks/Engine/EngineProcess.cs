using System.Net.Http.Json;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Benchmarks.Engine;

/// <summary>An <see cref="EngineApp"/> in a process of its own.</summary>
internal sealed class EngineProcess : IAsyncDisposable
{
    private readonly HttpClient _http;

    private EngineProcess(string hubName, string connectionString)
    {
        var port = FreePort.Next();
        HubName = hubName;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/"), Timeout = TimeSpan.FromMinutes(10) };
        Process = TestProcess.Start(
            "dotnet",
            [typeof(EngineProcess).Assembly.Location, "engine-app"],
            new Dictionary<string, string>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["Embedded__Http__Port"] = $"{port}",
                ["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning",
                ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = hubName,
            },
            AppContext.BaseDirectory);
    }

    public TestProcess Process { get; }

    /// <summary>Begins the names of the engine's tables.</summary>
    public string HubName { get; }

    /// <summary>Starts it and returns when it answers.</summary>
    public static async Task<EngineProcess> StartAsync(string hubName, string connectionString)
    {
        var process = new EngineProcess(hubName, connectionString);
        await Eventually.TrueAsync(process.AnswersAsync, "the engine's app answers");
        return process;
    }

    /// <summary>Runs instances at once or in turn; gives the milliseconds that each took.</summary>
    public async Task<IReadOnlyList<double>> TimeAsync(EngineWork work)
    {
        using var response = await _http.PostAsync(new Uri($"{(work.InTurn ? "in-turn" : "together")}/{work.Orchestrator}/{work.Instances}/{work.Size}", UriKind.Relative), content: null);
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<double[]>() ?? [];
    }

    /// <summary>Starts instances and returns when all have begun.</summary>
    public async Task BeginAsync(string orchestrator, int instances)
    {
        using var response = await _http.PostAsync(new Uri($"begin/{orchestrator}/{instances}/0", UriKind.Relative), content: null);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The size of the process's heap, in bytes.</summary>
    public async Task<long> HeapAsync() => (await _http.GetFromJsonAsync<long[]>(new Uri("heap", UriKind.Relative)))![0];

    /// <summary>SIGTERM; returns when it has ended in order.</summary>
    public async Task StopAsync()
    {
        Process.Send(Signal.Terminate);
        if (await Process.Exited != 0)
            throw new InvalidOperationException($"The engine's app ended with exit code {await Process.Exited}.{Environment.NewLine}{Process.Transcript}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        if (Process.Exited.IsCompleted)
            throw new InvalidOperationException(Process.Transcript);
        try
        {
            using var response = await _http.GetAsync(new Uri("health", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
