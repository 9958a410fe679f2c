using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.Cli.Tests.TestKit.Faults;

/// <summary>A server in the place of storage: keeps what it is asked and answers with how often it was asked.</summary>
internal sealed class RecordingStorage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _server;

    private RecordingStorage()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Method, target, the header x-ms-date and body of each, in the order of their arrival.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>What it answers with instead.</summary>
    public (int Status, string Body)? Answer { get; set; }

    public Uri Address => new(_server.Urls.First());

    public static async Task<RecordingStorage> StartAsync()
    {
        var storage = new RecordingStorage();
        await storage._server.StartAsync();
        return storage;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _requests.Enqueue($"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} {context.Request.Headers["x-ms-date"]} {body}");
        context.Response.Headers.ETag = "\"tag\"";
        if (context.Request.Method == "DELETE")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var (status, text) = Answer ?? (StatusCodes.Status201Created, $"answer {_requests.Count}");
        var answer = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentLength = answer.Length;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(answer);
    }
}
