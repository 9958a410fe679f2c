using System.Collections.Concurrent;
using Orchestrator.EndToEnd.Tests.Hosts;

namespace Orchestrator.EndToEnd.Tests.Versions;

/// <summary>Another host, on this machine, whose answer to <c>/hold/…</c> is held back until it is let go; all else it answers at once.</summary>
internal sealed class HoldingServer : IDisposable
{
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _targets = new();
    private readonly RawServer _server;

    public HoldingServer() => _server = new RawServer(AnswerAsync);

    public string Address => _server.Address;

    /// <summary>How often something was asked for.</summary>
    public int CallsOf(string target) => _targets.Count(other => other == target);

    /// <summary>Answers what it holds back, and holds nothing back from now on.</summary>
    public void LetGo() => _letGo.TrySetResult();

    public void Dispose() => _server.Dispose();

    private async Task<string> AnswerAsync(string request)
    {
        var target = RawServer.TargetIn(request);
        _targets.Enqueue(target);
        if (target.StartsWith("/hold/", StringComparison.Ordinal))
            await _letGo.Task;
        return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
}
