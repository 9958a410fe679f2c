using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>Callbacks and calls of other hosts, against a listener of this process.</summary>
public abstract class CallbackTests(AzuriteFixture azurite, PlatformMode mode) : IAsyncLifetime
{
    private const string Key = "a key of at least thirty-two characters";

    private readonly Listener _listener = new();
    private FunctionAppSetup _setup = null!;
    private FunctionApp _app = null!;

    public async Task InitializeAsync()
    {
        _setup = new FunctionAppSetup
        {
            ConnectionString = azurite.ConnectionString,
            Mode = mode,
            Environment = new Dictionary<string, string> { ["Orchestrator__Outbound__AllowLoopback"] = "true", ["Orchestrator__Callbacks__SigningKey"] = Key },
        };
        _app = await FunctionApp.StartAsync(_setup);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task End_ReceiverIsAwayOnce_CalledBackSignedAndAgain()
    {
        _listener.Statuses.Enqueue(503);

        var id = (await _app.Http.SubmitAsync($$"""{"type":"noop","input":{"é":1.50},"callback":{"url":"{{_listener.Address}}done"} }""")).Text("id")!;
        await WhenAsync(id, "CallbackDelivered");

        Assert.Equal(["Submitted", "Started", "Succeeded", "CallbackDelivered"], (await _app.Http.HistoryAsync(id)).Select(entry => entry.Type));
        Assert.Equal("Delivered", (await _app.Http.GetAnswerAsync($"api/tasks/{id}")).Body.GetProperty("callback").GetProperty("state").GetString());
        var deliveries = _listener.Deliveries;
        Assert.True(deliveries.Count >= 2, "It is called again after a 503.");
        Assert.All(deliveries, delivery =>
        {
            Assert.Equal(("/done", id), (delivery.Path, delivery.Id));
            Assert.True(IsSigned(delivery), $"The signature is {delivery.Signature}");
            var task = JsonSerializer.Deserialize<JsonElement>(delivery.Body);
            Assert.Equal((id, "Succeeded", """{"é":1.50}"""), (task.GetProperty("id").GetString(), task.GetProperty("state").GetString(), task.GetProperty("output").GetRawText()));
        });
        Assert.Equal([], await _app.Http.DeadLettersAsync());
    }

    [Fact]
    public async Task End_ReceiverRefuses_DeadLetterAndTheDependentsGoOn()
    {
        _listener.Statuses.Enqueue(400);
        _listener.Statuses.Enqueue(400);
        _listener.Statuses.Enqueue(400);

        var id = (await _app.Http.SubmitAsync($$"""{"type":"external","callback":{"url":"{{_listener.Address}}done"} }""")).Text("id")!;
        var dependent = (await _app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":{"tasks":["{{id}}"],"condition":"allFinished"} }""")).Text("id")!;
        await _app.Http.CancelAsync(id);
        await WhenAsync(id, "CallbackFailed");

        Assert.Equal("Succeeded", (await _app.Http.EndOfAsync(dependent)).Text("state"));
        var letter = Assert.Single(await _app.Http.DeadLettersAsync());
        Assert.Equal(("callback", id, "callback_status", 1), (letter.Source, letter.OriginId, letter.Code, letter.DeliveryCount));
        Assert.Equal(["Cancelled", "CallbackFailed"], (await _app.Http.HistoryAsync(id)).Select(entry => entry.Type).TakeLast(2));

        await RedriveUntilItArrivesAsync(id, letter.Id);
    }

    private async Task RedriveUntilItArrivesAsync(string id, string letter)
    {
        _listener.Statuses.Clear();
        _listener.Statuses.Enqueue(500);
        var failed = await _app.Http.RedriveAsync(letter);
        var delivered = await _app.Http.RedriveAsync(letter);
        var deliveries = _listener.Deliveries.Count;
        var again = await _app.Http.RedriveAsync(letter);
        var edited = await _app.Http.RedriveAsync(letter, """{"body":"1"}""");

        Assert.Equal((HttpStatusCode.OK, "Dead", $"Failed {id} callback_status"), (failed.Status, failed.Text("state"), failed.RedriveOf()));
        Assert.Equal((HttpStatusCode.OK, "Redriven", $"Delivered {id} -"), (delivered.Status, delivered.Text("state"), delivered.RedriveOf()));
        Assert.Equal((delivered.RedriveOf(), deliveries), (again.RedriveOf(), _listener.Deliveries.Count));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_redrive"), (edited.Status, edited.Text("code")));
        Assert.Equal(["CallbackFailed", "CallbackDelivered"], (await _app.Http.HistoryAsync(id)).Select(entry => entry.Type).TakeLast(2));
        Assert.Equal("Delivered", (await _app.Http.GetAnswerAsync($"api/tasks/{id}")).Body.GetProperty("callback").GetProperty("state").GetString());
        Assert.All(_listener.Deliveries, delivery => Assert.True(IsSigned(delivery), $"The signature is {delivery.Signature}"));
    }

    [Fact]
    public async Task Submit_CallbackThatMayNotBeCalled_Refused()
    {
        var answer = await _app.Http.SubmitAsync("""{"type":"noop","callback":{"url":"http://169.254.169.254/"}}""");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task"), (answer.Status, answer.Text("code")));
        Assert.Equal(["/callback/url"], answer.Pointers);
        Assert.Equal([], await _app.Http.AllTasksAsync());
    }

    [Fact]
    public async Task Http_FailsOnce_TriedAgainAndItsAnswerIsTheOutput()
    {
        _listener.Statuses.Enqueue(503);
        _listener.Answer = """{"found":7}""";

        var id = (await _app.Http.SubmitAsync($$"""{"type":"http","input":{"url":"{{_listener.Address}}things","method":"POST","body":{"a":1} } }""")).Text("id")!;
        var done = await _app.Http.EndOfAsync(id);

        Assert.True(done.Text("state") == "Succeeded", $"It came to {done}");
        Assert.Equal((200, 7), (done.Body.GetProperty("output").GetProperty("status").GetInt32(), done.Body.GetProperty("output").GetProperty("body").GetProperty("found").GetInt32()));
        Assert.Equal("Submitted Started Retrying Started Succeeded", string.Join(' ', (await _app.Http.HistoryAsync(id)).Select(entry => entry.Type)));
        Assert.All(_listener.Deliveries, call => Assert.Equal(("/things", """{"a":1}"""), (call.Path, Encoding.UTF8.GetString(call.Body))));
    }

    private Task<IReadOnlyList<HistoryEntry>> WhenAsync(string id, string type) => Eventually.ValueAsync(
        () => _app.Http.HistoryAsync(id), history => history.Any(entry => entry.Type == type), $"task {id} has the event {type}", pause: TimeSpan.FromMilliseconds(100));

    private static bool IsSigned(Delivery delivery)
    {
        var fields = delivery.Signature!.Split(',').Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        byte[] signed = [.. Encoding.ASCII.GetBytes(fields["t"] + "."), .. delivery.Body];
        return fields["v1"] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), signed));
    }

    private sealed record Delivery(string Path, string? Id, string? Signature, byte[] Body);

    /// <summary>Another host, on this machine.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly HttpListener _http = new();
        private readonly List<Delivery> _deliveries = [];

        public Listener()
        {
            Address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            _http.Prefixes.Add(Address.ToString());
            _http.Start();
            _ = ServeAsync();
        }

        public Uri Address { get; }

        /// <summary>What is answered in turn; then always 200.</summary>
        public System.Collections.Concurrent.ConcurrentQueue<int> Statuses { get; } = new();

        public string Answer { get; set; } = "{}";

        public IReadOnlyList<Delivery> Deliveries
        {
            get
            {
                lock (_deliveries)
                    return [.. _deliveries];
            }
        }

        public void Dispose() => ((IDisposable)_http).Dispose();

        private async Task ServeAsync()
        {
            while (_http.IsListening)
            {
                try
                {
                    await ServeAsync(await _http.GetContextAsync());
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
                {
                    // A caller has gone, or the test has ended.
                }
            }
        }

        private async Task ServeAsync(HttpListenerContext context)
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            lock (_deliveries)
                _deliveries.Add(new Delivery(context.Request.Url!.AbsolutePath, context.Request.Headers["Orchestrator-Delivery"], context.Request.Headers["Orchestrator-Signature"], body.ToArray()));
            context.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : 200;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Answer));
            context.Response.Close();
        }
    }

    public sealed class Normal(AzuriteFixture azurite) : CallbackTests(azurite, PlatformMode.Normal), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : CallbackTests(azurite, PlatformMode.Hostile), IClassFixture<AzuriteFixture>;
}
