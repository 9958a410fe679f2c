using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Benchmarks.Counting;

/// <summary>Stands between the app and Azurite's table service, hands everything on and counts it.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private static readonly string[] _engineTables = ["Owner", "Log", "Live", "Finished"];

    private readonly Lock _lock = new();
    private readonly Forwarder _forwarder = new();
    private readonly Uri _target;
    private readonly WebApplication _server;
    private StorageCount _count = StorageCount.None;

    private CountingProxy(AzuriteServer azurite)
    {
        var port = FreePort.Next();
        _target = new Uri(azurite.TableEndpoint, "/");
        ConnectionString = azurite.ConnectionString.Replace(_target.ToString(), $"http://127.0.0.1:{port}/", StringComparison.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _server = builder.Build();
        _server.Run(ForwardAsync);
    }

    /// <summary>Azurite's, with this in the place of the table service.</summary>
    public string ConnectionString { get; }

    /// <summary>Begins the names of the engine's tables, and of the app's.</summary>
    public string HubName { get; set; } = "";

    /// <summary>What has been counted since <see cref="Reset"/>.</summary>
    public StorageCount Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    public static CountingProxy Start(AzuriteServer azurite)
    {
        var proxy = new CountingProxy(azurite);
        proxy._server.Start();
        return proxy;
    }

    public void Reset()
    {
        lock (_lock)
            _count = StorageCount.None;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _forwarder.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Add(TableCall.Of(context.Request.Method, context.Request.Path, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length)), body.Length);

        var answer = await _forwarder.SendAsync(context.Request, body.ToArray(), _target);
        await answer.GiveAsync(context);
    }

    private void Add(TableCall call, long bytes)
    {
        lock (_lock)
        {
            if (call.Table is null || !call.Table.StartsWith(HubName, StringComparison.Ordinal))
                _count = _count with { Other = _count.Other + 1 };
            else if (_engineTables.Contains(call.Table[HubName.Length..], StringComparer.Ordinal))
                _count = _count with { Engine = Plus(_count.Engine, call, bytes) };
            else
                _count = _count with { App = Plus(_count.App, call, bytes) };
        }
    }

    private static CallCount Plus(CallCount count, TableCall call, long bytes) => call.Rows == 0
        ? count with { Reads = count.Reads + 1 }
        : count with { Writes = count.Writes + 1, Rows = count.Rows + call.Rows, Bytes = count.Bytes + bytes };
}
