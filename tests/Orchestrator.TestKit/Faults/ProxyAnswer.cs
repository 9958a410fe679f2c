using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.TestKit.Faults;

/// <summary>An answer that the proxy gives: storage's own, or one that it made up.</summary>
internal sealed record ProxyAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    public async Task GiveAsync(HttpContext context)
    {
        var hasBody = Begin(context);
        if (hasBody)
            await context.Response.Body.WriteAsync(Body);
    }

    /// <summary>Gives half of the body and then resets the connection.</summary>
    public async Task GiveHalfAsync(HttpContext context)
    {
        if (Begin(context))
        {
            context.Response.ContentLength = Body.Length;
            await context.Response.Body.WriteAsync(Body[..(Body.Length / 2)]);
            await context.Response.Body.FlushAsync();
        }

        Reset(context);
    }

    /// <summary>Ends the connection in such a way that the caller is told so at once, and not as if all had been said.</summary>
    public static void Reset(HttpContext context)
    {
        try
        {
            if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // The caller has ended the connection already.
        }

        context.Abort();
    }

    private bool Begin(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var header in Headers)
            context.Response.Headers.Append(header.Key, header.Value);
        return Body.Length > 0 && !HttpMethods.IsHead(context.Request.Method);
    }
}
