using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orchestrator.Cli.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.TestKit.Faults;

/// <summary>
/// Stands between an app and its storage emulator, on loopback ports of its own, one for each service. It hands everything on, counts and lists it,
/// and does to it what the rules say.
/// </summary>
/// <remarks>
/// The first rule that fires decides; all rules count. Requests and answers are held whole, so a call exists only when all of it has come in, and what is
/// forwarded arrives whatever becomes of its sender meanwhile: just what a network does to a process that is killed.
/// </remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FaultRule> _rules = [];
    private readonly List<Entry> _entries = [];
    private readonly List<Exception> _failures = [];
    private readonly Forwarder _forwarder = new();
    private readonly Dictionary<int, (StorageService Service, Uri Endpoint)> _services = [];
    private readonly TimeProvider _time;
    private readonly WebApplication _server;
    private long _steps;

    private FaultProxy(TimeProvider time)
    {
        _time = time;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>Storage's, with this proxy in the place of all its services.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The calls since the start or the last <see cref="Reset"/>, in the order of their arrival.</summary>
    public IReadOnlyList<StorageCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _entries.Select(entry => entry.Call)];
        }
    }

    /// <summary>How many calls there were since the start or the last <see cref="Reset"/>.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The highest number of calls, of those that <paramref name="where"/> lets pass, that were neither answered nor abandoned at one time.</summary>
    public int MostAtOnce(Func<StorageCall, bool> where)
    {
        lock (_lock)
        {
            var steps = _entries.Where(entry => where(entry.Call)).SelectMany(entry => new[] { (At: entry.Came, By: 1), (At: entry.Left ?? long.MaxValue, By: -1) });
            var (now, most) = (0, 0);
            foreach (var (_, by) in steps.OrderBy(step => step.At))
                most = Math.Max(most, now += by);
            return most;
        }
    }

    /// <summary>What went wrong in the proxy itself: storage that did not answer, callbacks that threw. A test that passes leaves none.</summary>
    public IReadOnlyList<Exception> Failures
    {
        get
        {
            lock (_lock)
                return [.. _failures];
        }
    }

    /// <summary>Starts one in front of a storage emulator.</summary>
    /// <param name="time">The clock of delays; the system's unless given.</param>
    public static Task<FaultProxy> StartAsync(AzuriteFixture azurite, TimeProvider? time = null) => StartAsync(azurite.TableEndpoint, azurite.QueueEndpoint, azurite.BlobEndpoint, time);

    /// <inheritdoc cref="StartAsync(AzuriteFixture, TimeProvider?)"/>
    public static Task<FaultProxy> StartAsync(AzuriteServer azurite, TimeProvider? time = null) =>
        StartAsync(azurite.Endpoints.TableAccount, azurite.Endpoints.QueueAccount, azurite.Endpoints.BlobAccount, time);

    /// <summary>Starts one in front of any servers. Paths are handed on as they come, so only their hosts and ports count here.</summary>
    /// <inheritdoc cref="StartAsync(AzuriteFixture, TimeProvider?)"/>
    public static async Task<FaultProxy> StartAsync(Uri table, Uri queue, Uri blob, TimeProvider? time = null)
    {
        var proxy = new FaultProxy(time ?? TimeProvider.System);
        await proxy._server.StartAsync();
        var addresses = proxy._server.Urls.Select(address => new Uri(address)).ToArray();
        proxy._services[addresses[0].Port] = (StorageService.Table, table);
        proxy._services[addresses[1].Port] = (StorageService.Queue, queue);
        proxy._services[addresses[2].Port] = (StorageService.Blob, blob);
        proxy.ConnectionString = new AzuriteEndpoints(addresses[2], addresses[1], addresses[0]).ConnectionString;
        return proxy;
    }

    /// <summary>Adds a rule behind those there are; it counts calls from now on.</summary>
    /// <returns>The rule.</returns>
    public FaultRule Add(FaultRule rule)
    {
        lock (_lock)
            _rules.Add(rule);
        return rule;
    }

    /// <summary>Takes a rule away. What it has begun goes on.</summary>
    public void Remove(FaultRule rule)
    {
        lock (_lock)
            _rules.Remove(rule);
    }

    /// <summary>Takes all rules away and forgets all calls and failures; the next call is the first.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _rules.Clear();
            _entries.Clear();
            _failures.Clear();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // At once: a call that a rule still holds would not end by itself.
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        _forwarder.Dispose();
    }

    private static void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
        // Whoever is stopped for a while or answered late is not hung up on.
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        foreach (var _ in Enum.GetValues<StorageService>())
            options.Listen(IPAddress.Loopback, 0);
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var entry = Arrived(context, body.ToArray());
        await using var gone = context.RequestAborted.Register(() => Left(entry, isAbandoned: true));
        try
        {
            await new CallHandling(context, entry.Call, () => ForwardAsync(context, entry), _time).RunAsync();
        }
        catch (Exception failure)
        {
            lock (_lock)
                _failures.Add(new InvalidOperationException($"The proxy failed at {entry.Call}: {failure.Message}", failure));
            ProxyAnswer.Reset(context);
        }
        finally
        {
            // The list may grow long, and bodies may be large.
            lock (_lock)
                entry.Call = entry.Call with { Body = default };
            Left(entry, isAbandoned: false);
        }
    }

    private void Left(Entry entry, bool isAbandoned)
    {
        lock (_lock)
        {
            if (entry.Left is not null)
                return;
            entry.Left = ++_steps;
            // Where the proxy itself hangs up, the caller cannot be told from one that has gone.
            entry.Call = entry.Call with { IsAbandoned = isAbandoned && (entry.Call.Fault is null or StorageFault.Delay) };
        }
    }

    private Entry Arrived(HttpContext context, byte[] body)
    {
        lock (_lock)
        {
            var call = new StorageCall
            {
                Number = _entries.Count + 1,
                Service = _services[context.Connection.LocalPort].Service,
                Method = context.Request.Method,
                Target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                RequestId = context.Request.Headers["x-ms-client-request-id"],
                Body = body,
            }.WithTable();
            var entry = new Entry { Call = call with { Fault = Decide(call) }, Came = ++_steps };
            _entries.Add(entry);
            return entry;
        }
    }

    private StorageFault? Decide(StorageCall call)
    {
        var matching = _rules.Where(rule => rule.Counts(call)).ToList();
        return matching.Find(rule => rule.Fires())?.Fault;
    }

    private async Task<ProxyAnswer> ForwardAsync(HttpContext context, Entry entry)
    {
        var answer = await _forwarder.SendAsync(context.Request, entry.Call.Body, _services[context.Connection.LocalPort].Endpoint);
        lock (_lock)
            entry.Call = entry.Call with { Status = answer.StatusOf(entry.Call) };
        return answer;
    }

    private sealed class Entry
    {
        public required StorageCall Call { get; set; }

        /// <summary>Its place among all arrivals and ends.</summary>
        public required long Came { get; init; }

        /// <summary>The same of its end; null while it is in flight.</summary>
        public long? Left { get; set; }
    }
}
