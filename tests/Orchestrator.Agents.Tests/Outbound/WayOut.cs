using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Tests.Outbound;

/// <summary>The way out under given rules, with names that mean what a test says. Names it does not know do not exist.</summary>
internal sealed class WayOut : IHostResolver, IDialer, IDisposable
{
    private readonly Dictionary<string, Queue<string[]>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly SocketDialer _sockets = new();

    public WayOut(OutboundOptions options, TimeProvider? time = null)
    {
        var given = Options.Create(options);
        Http = new OutboundHttp(new OutboundRules(given), new GuardedConnector(this, this), given, time ?? TimeProvider.System);
    }

    public OutboundHttp Http { get; }

    /// <summary>Where connections were opened, or tried.</summary>
    public List<IPEndPoint> Dialled { get; } = [];

    /// <summary>What was asked for.</summary>
    public List<string> Resolved { get; } = [];

    /// <summary>Where connections to public addresses lead in truth; null: nowhere.</summary>
    public int? PublicLeadsTo { get; set; }

    public static WayOut ToThisMachine(TimeProvider? time = null, int maxResponseBytes = 1024 * 1024) =>
        new(new OutboundOptions { AllowLoopback = true, MaxResponseBytes = maxResponseBytes }, time);

    public static OutboundOptions Allowing(params string[] hosts)
    {
        var options = new OutboundOptions();
        foreach (var host in hosts)
            options.AllowedHosts.Add(host);
        return options;
    }

    /// <summary>Gives a name addresses; at each call those of the next time it is asked for, the last ones for ever.</summary>
    public WayOut Name(string host, params string[] addresses)
    {
        if (!_names.TryGetValue(host, out var answers))
            _names[host] = answers = new Queue<string[]>();
        answers.Enqueue(addresses);
        return this;
    }

    public Task<OutboundResponse> GetAsync(string address, CancellationToken cancellationToken = default) =>
        Http.SendAsync(new OutboundRequest { Address = address }, cancellationToken);

    /// <summary>The failure, which must be of the type.</summary>
    public Task<T> FailAsync<T>(string address)
        where T : OutboundException => Assert.ThrowsAsync<T>(() => GetAsync(address));

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Resolved.Add(host);
        if (!_names.TryGetValue(host, out var answers))
            throw new SocketException((int)SocketError.HostNotFound);
        var answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        return Task.FromResult(Array.ConvertAll(answer, IPAddress.Parse));
    }

    public Task<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        Dialled.Add(endpoint);
        if (IPAddress.IsLoopback(endpoint.Address))
            return _sockets.DialAsync(endpoint, cancellationToken);
        return PublicLeadsTo is { } port
            ? _sockets.DialAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken)
            : throw new SocketException((int)SocketError.ConnectionRefused);
    }

    public void Dispose() => Http.Dispose();
}
