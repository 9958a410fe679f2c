using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.EndToEnd.Tests.Secrets;

/// <summary>
/// Whoever submits tasks tries to reach what only the app can reach, by every way out there is: a call, a poll, a callback. On this machine a trap listens on every address;
/// the app may call one other host and itself may not be called.
/// </summary>
public abstract class TrapTests(AzuriteFixture azurite, PlatformMode mode) : IAsyncLifetime
{
    private readonly Trap _trap = new();
    private FunctionApp _app = null!;

    /// <summary>The port stands for {0}; the name that is allowed has the trap's address, as far as a hosts file can say so.</summary>
    private static readonly string[] _addresses =
    [
        "http://127.0.0.1:{0}/", "http://127.1:{0}/", "http://2130706433:{0}/", "http://0177.0.0.1:{0}/", "http://0x7f.0.0.1:{0}/", "http://0x7f000001:{0}/", "http://0:{0}/", "http://0.0.0.0:{0}/",
        "http://[::1]:{0}/", "http://[::]:{0}/", "http://[::ffff:127.0.0.1]:{0}/", "http://[::ffff:7f00:1]:{0}/", "http://[::127.0.0.1]:{0}/", "http://[64:ff9b::127.0.0.1]:{0}/",
        "http://[2002:7f00:1::]:{0}/", "http://[::1%25lo]:{0}/", "http://[fe80::1%25lo]:{0}/", "http://①②⑦.⓪.⓪.①:{0}/", "http://１２７.０.０.１:{0}/", "http://127。0。0。1:{0}/", "http://127．0．0．1:{0}/",
        "http://١٢٧.٠.٠.١:{0}/", "http://localhost:{0}/", "http://LOCALHOST:{0}/", "http://localhost.:{0}/", "http://127.0.0.1.:{0}/", "http://ⓛocalhost:{0}/", "http://a.localhost:{0}/",
        "http://allowed.example@127.0.0.1:{0}/", "http://127.0.0.1:{0}\\@allowed.example/", "http://allowed.example:{0}@127.0.0.1:{0}/", "http://allowed.example.:{0}/",
        "http://MACHINE:{0}/", "http://169.254.169.254:{0}/", "https://127.0.0.1:{0}/",
    ];

    public async Task InitializeAsync() => _app = await FunctionApp.StartAsync(new FunctionAppSetup
    {
        ConnectionString = azurite.ConnectionString,
        Mode = mode,
        Environment = new Dictionary<string, string>
        {
            // A name of this machine's own that is allowed: only its address tells what it is.
            ["Orchestrator__Outbound__AllowedHosts__0"] = $"http://{Dns.GetHostName()}:{_trap.Port}",
            ["Orchestrator__Outbound__AllowedHosts__1"] = $"http://0.0.0.0:{_trap.Port}",
            ["Orchestrator__Callbacks__SigningKey"] = "0123456789abcdef0123456789abcdef",
        },
    });

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _trap.Dispose();
    }

    [Fact]
    public async Task Addresses_OfThisMachineInEveryDisguise_AreRefusedByEveryWayOutAndReachNobody()
    {
        var outcomes = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(_addresses, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pattern, _) =>
        {
            var address = System.Text.Json.JsonSerializer.Serialize(string.Format(null, pattern.Replace("MACHINE", Dns.GetHostName(), StringComparison.Ordinal), _trap.Port));
            outcomes.Add($"call of {address}: {await TryAsync($$"""{"type":"http","input":{"url":{{address}}} }""")}");
            outcomes.Add($"poll of {address}: {await TryAsync($$"""{"type":"http","input":{"url":{{address}},"poll":{"until":{"status":[200]},"every":"PT1S"} } }""")}");
            outcomes.Add($"callback to {address}: {await TryCallbackAsync(address)}");
        });

        Assert.Equal([], outcomes.Where(outcome => !outcome.EndsWith(": refused", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(3 * _addresses.Length, outcomes.Count);
        Assert.False(_trap.WasSprung, "A connection reached the trap.");
        Assert.True(await _trap.IsSetAsync(), "The trap would have been sprung.");
    }

    private async Task<string> TryAsync(string submission)
    {
        var answer = await _app.Http.SubmitAsync(submission);
        if (answer.Status == HttpStatusCode.BadRequest)
            return "refused";

        var end = await _app.Http.EndOfAsync(answer.Text("id")!);
        return end.Text("state") == "Failed" && end.Body.GetProperty("error").GetProperty("code").GetString() is "outbound_refused" or "input_invalid" ? "refused" : end.ToString();
    }

    /// <summary>Refused when it is submitted, or a dead letter once it is to be called.</summary>
    private async Task<string> TryCallbackAsync(string address)
    {
        var answer = await _app.Http.SubmitAsync($$"""{"type":"noop","callback":{"url":{{address}}} }""");
        if (answer.Status == HttpStatusCode.BadRequest)
            return "refused";

        var id = answer.Text("id")!;
        await TestKit.Waiting.Eventually.ValueAsync(() => _app.Http.HistoryAsync(id), history => history.Any(entry => entry.Type is "CallbackFailed" or "CallbackDelivered"), $"the callback of {id} to {address} is over");
        var letter = (await _app.Http.DeadLettersAsync("&source=callback")).FirstOrDefault(letter => letter.OriginId == id);
        return letter is { Code: "outbound_refused" } ? "refused" : $"{letter}";
    }

    /// <summary>Takes connections to every address of this machine, and remembers whether there was one.</summary>
    private sealed class Trap : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.IPv6Any, 0);

        public Trap()
        {
            _listener.Server.DualMode = true;
            _listener.Start();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>Whether a connection waits: the system completes it before anybody accepts it.</summary>
        public bool WasSprung => _listener.Pending();

        public async Task<bool> IsSetAsync()
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return WasSprung;
        }

        public void Dispose() => _listener.Dispose();
    }

    public sealed class Normal(AzuriteFixture azurite) : TrapTests(azurite, PlatformMode.Normal), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : TrapTests(azurite, PlatformMode.Hostile), IClassFixture<AzuriteFixture>;
}
