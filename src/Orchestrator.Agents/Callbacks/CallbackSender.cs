using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;
using Orchestrator.Agents.Secrets;
using Orchestrator.Errors;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Callbacks;

/// <summary>Tells a caller of the end of its task: one signed POST for each call, through <see cref="OutboundHttp"/>. Safe for all threads.</summary>
public sealed class CallbackSender : ICallbackSender
{
    private const string NotConfigured = $"Callbacks cannot be signed; set {CallbackOptions.SectionName}:{nameof(CallbackOptions.SigningKey)}.";
    private const string DeliveryHeader = "Orchestrator-Delivery";

    private readonly OutboundHttp _http;
    private readonly IOptionsMonitor<CallbackOptions> _options;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _time;

    /// <summary>Creates the sender.</summary>
    public CallbackSender(OutboundHttp http, IOptionsMonitor<CallbackOptions> options, ISecretSource secrets, TimeProvider time)
    {
        _http = http;
        _options = options;
        _secrets = secrets;
        _time = time;
    }

    /// <summary>Whether there is a key to sign with; without one a task with a callback is to be refused.</summary>
    public bool IsConfigured => !string.IsNullOrEmpty(_options.CurrentValue.SigningKey);

    /// <inheritdoc/>
    /// <remarks>As far as the address's text tells; what its host stands for is checked when it is called.</remarks>
    public string? FindFault(string url) => IsConfigured ? _http.FindRefusal(url) : NotConfigured;

    /// <inheritdoc/>
    /// <remarks>
    /// The bytes that are signed are the bytes that are sent. What failed may have arrived all the same, so receivers tell deliveries by their task. Codes of
    /// failures: <c>callbacks_not_configured</c>, <c>callback_status</c>, <c>secret_missing</c>, <c>secret_unavailable</c>, <c>outbound_refused</c>, <c>outbound_timed_out</c>,
    /// <c>outbound_failed</c>.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The caller has given up; whether it arrived is not known.</exception>
    public async Task<CallbackAnswer> SendAsync(string url, TaskId task, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_options.CurrentValue.SigningKey is not { Length: > 0 } setting)
            return NoKey(NotConfigured);

        var secrets = new AttemptSecrets(_secrets);
        try
        {
            var key = SecretReference.TryParse(setting, out var name) ? await secrets.GetAsync(name, cancellationToken) : setting;
            if (key.Length < CallbackOptions.MinKeyLength)
                return NoKey($"Secret '{name}' has {key.Length} characters; to sign callbacks it must have at least {CallbackOptions.MinKeyLength}.");

            var response = await _http.SendAsync(Request(await ResolveAsync(url, secrets, cancellationToken), task, key, body), cancellationToken);
            return Read(response);
        }
        catch (OrchestratorException exception)
        {
            // What failed may quote what was sent, and a dead letter keeps it.
            return new CallbackAnswer.Failed(new TaskError(exception.Code, secrets.Redact(exception.Message)), exception.IsRetryable);
        }
    }

    private OutboundRequest Request(string address, TaskId task, string key, ReadOnlyMemory<byte> body) => new()
    {
        Method = HttpMethod.Post,
        Address = address,
        Headers =
        [
            KeyValuePair.Create("Content-Type", "application/json"),
            KeyValuePair.Create(DeliveryHeader, task.ToString()),
            KeyValuePair.Create(CallbackSignature.Header, CallbackSignature.Of(key, _time.GetUtcNow(), body.Span)),
        ],
        Body = body,
        ReadsBody = false,
    };

    private static async Task<string> ResolveAsync(string url, AttemptSecrets secrets, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in SecretAddress.Names(url))
            found[name] = await secrets.GetAsync(name, cancellationToken);
        return SecretAddress.Edit(url, name => found[name]);
    }

    private static CallbackAnswer.Failed NoKey(string message) => new(new TaskError("callbacks_not_configured", message), IsRetryable: false);

    private CallbackAnswer Read(OutboundResponse response) => response.Status is >= 200 and < 300
        ? new CallbackAnswer.Delivered()
        : new CallbackAnswer.Failed(
            new TaskError("callback_status", $"The receiver of the callback answered with status {response.Status}."), IsRetryable: response.Status is 408 or 425 or 429 or >= 500)
        {
            RetryAfter = response.RetryAfter(_time.GetUtcNow()),
        };
}
