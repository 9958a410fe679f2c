using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.TestKit.Faults;

/// <summary>An answer that the proxy gives: storage's own, or one that it made up.</summary>
internal sealed partial record ProxyAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>What it says to a call: a transaction that is refused is answered with a 202 whose one part has the status of the refusal.</summary>
    public int StatusOf(StorageCall call) =>
        call.IsTransaction && Status == StatusCodes.Status202Accepted && RefusedPart().Match(Encoding.UTF8.GetString(Body.Span)) is { Success: true } refused
            ? int.Parse(refused.Groups["status"].ValueSpan, CultureInfo.InvariantCulture)
            : Status;

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

    [GeneratedRegex(@"^HTTP/1\.1 (?<status>[45][0-9]{2})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RefusedPart();
}
