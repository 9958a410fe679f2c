using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;
using Orchestrator.Agents.Callbacks;
using Orchestrator.Agents.Tests.Outbound;
using Orchestrator.Agents.Tests.Secrets;
using Orchestrator.Secrets;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Agents.Tests.Callbacks;

public sealed class CallbackSenderTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly TaskId _task = TaskId.Parse("01J0000000000000000000000G");
    private static readonly byte[] _body = Encoding.UTF8.GetBytes("""{"state":"Succeeded","output":"é"}""");

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_767_225_600));
    private readonly MemorySecrets _secrets = new() { ["signing"] = Key, ["short"] = "0123456789", ["query"] = "a&b secret" };
    private readonly WayOut _wayOut;

    public CallbackSenderTests() => _wayOut = WayOut.ToThisMachine(_time, maxResponseBytes: 2000);

    public void Dispose() => _wayOut.Dispose();

    [Fact]
    public async Task Send_ReceiverTakesIt_IsDeliveredAndCanBeChecked()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(204));

        var delivery = await SendAsync(server.Address.AbsoluteUri + "hook?a=b");

        Assert.Equal(new CallbackAnswer.Delivered(), delivery);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/hook?a=b", "application/json", _task.ToString()),
            (request.Method, request.Target, request.Headers["Content-Type"], request.Headers["Orchestrator-Delivery"]));
        Assert.Equal(_body, request.Body);
        Assert.Null(Sender(Key).FindFault(server.Address.AbsoluteUri));
        Assert.True(Receiver.Accepts(request, Key, _time.GetUtcNow()));
        Assert.False(Receiver.Accepts(request, Key.Replace('0', '1'), _time.GetUtcNow()));
        Assert.False(Receiver.Accepts(request with { Body = [.. request.Body, (byte)' '] }, Key, _time.GetUtcNow()));
        Assert.False(Receiver.Accepts(request, Key, _time.GetUtcNow().AddMinutes(6)));
    }

    [Fact]
    public void Signature_KnownKeyTimeAndBody_IsTheKnownOne() =>
        Assert.Equal(
            "t=1767225600,v1=b7be7938951cd5456a1e6101d62f960010ae1a7b79450661c6af410ba2d5f546",
            CallbackSignature.Of(Key, DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), "{}"u8));

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Send_ReceiverCannotNow_IsToBeRetried(int status)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(status));

        var delivery = await SendAsync(server.Address.AbsoluteUri);

        Assert.Equal(Failed("callback_status", $"The receiver of the callback answered with status {status}.", isRetryable: true), delivery);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Send_ReceiverRefuses_IsRefused(int status)
    {
        using var trap = new Trap();
        await using var server = await LocalServer.StartAsync(new LocalAnswer(status, Headers: ("Location", $"http://localhost:{trap.Port}/")));

        var delivery = await SendAsync(server.Address.AbsoluteUri);

        Assert.Equal(Failed("callback_status", $"The receiver of the callback answered with status {status}.", isRetryable: false), delivery);
        Assert.False(trap.WasSprung);
    }

    [Fact]
    public async Task Send_AnswerIsLong_IsDelivered()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, new string('a', 5000)));

        Assert.Equal(new CallbackAnswer.Delivered(), await SendAsync(server.Address.AbsoluteUri));
    }

    [Fact]
    public async Task Send_NobodyListens_IsToBeRetried()
    {
        var delivery = await SendAsync($"http://localhost:{FreePort.Next()}/");

        Assert.Equal(("outbound_failed", true), Outcome(delivery));
    }

    /// <summary>What is no HTTP is quoted by whoever reads it, and may hold what was sent.</summary>
    [Fact]
    public async Task Send_ReceiverSaysTheAddressAgainInPlaceOfAnAnswer_TheSecretIsNotQuoted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerWithTheTargetAsync(listener);

        var delivery = await SendAsync($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/done?token=secret:signing");

        await answering;
        var error = Assert.IsType<CallbackAnswer.Failed>(delivery).Error;
        Assert.Equal("outbound_failed", error.Code);
        Assert.Contains("/done?token=***", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NoAnswer_IsToBeRetried()
    {
        await using var server = await LocalServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));

        var send = SendAsync(server.Address.AbsoluteUri);
        await Eventually.TrueAsync(() => server.Requests.Count == 1, "the callback arrives");
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(("outbound_timed_out", true), Outcome(await send));
    }

    [Theory]
    [InlineData("https://a.example/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("nonsense")]
    public async Task Send_AddressNotAllowed_IsRefused(string address)
    {
        var delivery = await SendAsync(address);

        Assert.Equal(("outbound_refused", false), Outcome(delivery));
        Assert.StartsWith("The call of ", Sender(Key).FindFault(address), StringComparison.Ordinal);
        Assert.Empty(_wayOut.Dialled);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Send_NoKey_IsRefusedWithoutSending(string? key)
    {
        using var trap = new Trap();
        var sender = Sender(key);

        var delivery = await sender.SendAsync($"http://localhost:{trap.Port}/", _task, _body, CancellationToken.None);

        Assert.False(sender.IsConfigured);
        Assert.Equal("Callbacks cannot be signed; set Orchestrator:Callbacks:SigningKey.", sender.FindFault($"http://localhost:{trap.Port}/"));
        Assert.Equal(Failed("callbacks_not_configured", "Callbacks cannot be signed; set Orchestrator:Callbacks:SigningKey.", isRetryable: false), delivery);
        Assert.False(trap.WasSprung);
    }

    [Fact]
    public void AddCallbacks_KeyTooShort_SaysSoWithoutTheKey()
    {
        using var provider = Provider("0123456789abcdef0123456789abcde");

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(["Orchestrator:Callbacks:SigningKey has 31 characters; it must have at least 32."], exception.Failures);
    }

    [Fact]
    public void AddCallbacks_KeyThatThePlatformCouldNotFetch_RefusedAsAnybodyCouldGuessIt()
    {
        using var provider = Provider("@Microsoft.KeyVault(VaultName=shop;SecretName=callbacks)");

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            ["Orchestrator:Callbacks:SigningKey is a reference that could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app."],
            exception.Failures);
    }

    [Fact]
    public async Task Send_ReferencesInKeyAndQuery_AreReplacedForTheCall()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(204));

        var delivery = await Sender("secret:signing").SendAsync(server.Address.AbsoluteUri + "hook?token=secret:query&x=y", _task, _body, CancellationToken.None);

        Assert.Equal(new CallbackAnswer.Delivered(), delivery);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/hook?token=a%26b%20secret&x=y", request.Target);
        Assert.True(Receiver.Accepts(request, Key, _time.GetUtcNow()));
    }

    [Theory]
    [InlineData("secret:none", "", "secret_missing", "There is no secret 'none'. Set Orchestrator:Secrets:none, or add it to the vault that Orchestrator:Secrets:VaultUri names.")]
    [InlineData("secret:short", "", "callbacks_not_configured", "Secret 'short' has 10 characters; to sign callbacks it must have at least 32.")]
    [InlineData("secret:signing", "?a=secret:none", "secret_missing", "There is no secret 'none'. Set Orchestrator:Secrets:none, or add it to the vault that Orchestrator:Secrets:VaultUri names.")]
    public async Task Send_SecretThatIsNotThere_IsRefusedWithoutSending(string key, string query, string code, string message)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(204));

        Assert.Equal(Failed(code, message, isRetryable: false), await Sender(key).SendAsync(server.Address.AbsoluteUri + query, _task, _body, CancellationToken.None));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Send_VaultAway_IsToBeRetried()
    {
        _secrets.Failure = new SecretUnavailableException("signing", "it is away");

        Assert.Equal(("secret_unavailable", true), Outcome(await Sender("secret:signing").SendAsync("http://localhost/", _task, _body, CancellationToken.None)));
    }

    [Fact]
    public async Task Send_ReceiverAsksToBeLeftAlone_SaysForHowLong()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(429, Headers: ("Retry-After", "120")));

        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<CallbackAnswer.Failed>(await SendAsync(server.Address.AbsoluteUri)).RetryAfter);
    }

    [Theory]
    [InlineData("secret:name", true)]
    [InlineData(Key, true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void AddCallbacks_Key_TellsWhetherThereAreCallbacks(string? key, bool isConfigured)
    {
        using var provider = Provider(key);

        provider.GetRequiredService<IStartupValidator>().Validate();

        var sender = provider.GetRequiredService<CallbackSender>();
        Assert.Equal(isConfigured, sender.IsConfigured);
        Assert.Same(sender, provider.GetRequiredService<ICallbackSender>());
    }

    private static CallbackAnswer.Failed Failed(string code, string message, bool isRetryable) => new(new TaskError(code, message), isRetryable);

    private static (string Code, bool IsRetryable) Outcome(CallbackAnswer answer)
    {
        var failed = Assert.IsType<CallbackAnswer.Failed>(answer);
        return (failed.Error.Code, failed.IsRetryable);
    }

    private static ServiceProvider Provider(string? key)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new KeyValuePair<string, string?>("Orchestrator:Callbacks:SigningKey", key)]).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCallbacks().AddCallbacks().BuildServiceProvider();
    }

    private Task<CallbackAnswer> SendAsync(string address) => Sender(Key).SendAsync(address, _task, _body, CancellationToken.None);

    private CallbackSender Sender(string? key) => new(
        _wayOut.Http,
        Mock.Of<IOptionsMonitor<CallbackOptions>>(monitor => monitor.CurrentValue == new CallbackOptions { SigningKey = key }),
        _secrets,
        _time);

    private static async Task AnswerWithTheTargetAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var target = (await reader.ReadLineAsync())!.Split(' ')[1];
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\n{target}\r\n\r\n"));
    }
}
