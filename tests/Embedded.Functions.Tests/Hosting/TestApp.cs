using Embedded.Functions.Discovery;
using Embedded.Functions.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Tests.Hosting;

/// <summary>A function app of a few classes, on a free port, with a folder and logs of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo _folder;
    private bool _stopped;

    private TestApp(IHost host, DirectoryInfo folder, LogCapture logs)
    {
        _host = host;
        _folder = folder;
        Logs = logs;
    }

    public LogCapture Logs { get; }

    public IServiceProvider Services => _host.Services;

    public HttpClient Client { get; } = new();

    public static Task<TestApp> StartAsync(params Type[] functions) => StartAsync(new TestAppOptions { Functions = functions });

    public static async Task<TestApp> StartAsync(TestAppOptions options)
    {
        var app = Build(options);
        try
        {
            await app._host.StartAsync();
        }
        catch
        {
            // The host has stopped itself.
            app._stopped = true;
            await app.DisposeAsync();
            throw;
        }

        if (app.Services.GetService<IEmbeddedHostAddress>()?.BaseAddress is { } address)
            app.Client.BaseAddress = address;
        return app;
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await StopAsync();
        Client.Dispose();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static TestApp Build(TestAppOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("functions-test-");
        foreach (var (name, text) in options.Files)
            File.WriteAllText(Path.Combine(folder.FullName, name), text);
        var logs = new LogCapture();
        var builder = new FunctionsApplicationBuilder(
            ["--port", "0", "--contentRoot", folder.FullName, .. options.Arguments], new FunctionSource(options.Functions));
        builder.Configuration.AddInMemoryCollection(options.Settings);
        builder.Logging.ClearProviders().AddProvider(logs);
        if (options.UsesHttp)
            builder.ConfigureFunctionsWebApplication();
        options.Configure?.Invoke(builder);
        return new TestApp(builder.Build(), folder, logs);
    }
}
