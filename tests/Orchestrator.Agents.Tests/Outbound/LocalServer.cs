using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Agents.Tests.Outbound;

/// <summary>Another host, on this machine.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private LocalServer(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.Single());

    public int Port => Address.Port;

    /// <summary>What was asked, in the order of arrival.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public static async Task<LocalServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new LocalServer(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            server.Requests.Enqueue(new ReceivedRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body.ToArray()));
            await answer(context);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>One that gives the answers in turn, the last one for ever.</summary>
    public static Task<LocalServer> StartAsync(params LocalAnswer[] answers)
    {
        var given = 0;
        return StartAsync(context => answers[Math.Min(Interlocked.Increment(ref given), answers.Length) - 1].GiveAsync(context));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }
}

internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);

internal sealed record LocalAnswer(int Status, string Body = "", string ContentType = "application/json", params (string Name, string Value)[] Headers)
{
    public async Task GiveAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            context.Response.Headers[name] = value;
        if (Body.Length == 0)
            return;
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(Body);
    }
}
