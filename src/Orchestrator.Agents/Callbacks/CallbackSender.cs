using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;
using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Callbacks;

/// <summary>Tells a caller of the end of its task: one signed POST for each call, through <see cref="OutboundHttp"/>. Safe for all threads.</summary>
public sealed class CallbackSender
{
    private const string DeliveryHeader = "Orchestrator-Delivery";

    private readonly OutboundHttp _http;
    private readonly IOptionsMonitor<CallbackOptions> _options;
    private readonly TimeProvider _time;

    /// <summary>Creates the sender.</summary>
    public CallbackSender(OutboundHttp http, IOptionsMonitor<CallbackOptions> options, TimeProvider time)
    {
        _http = http;
        _options = options;
        _time = time;
    }

    /// <summary>Whether there is a key to sign with; without one a task with a callback is to be refused.</summary>
    public bool IsConfigured => !string.IsNullOrEmpty(_options.CurrentValue.SigningKey);

    /// <summary>Why an address may not be called back, as far as its text tells; null where it may.</summary>
    public string? FindRefusal(string address) => _http.FindRefusal(address);

    /// <summary>Tries once.</summary>
    /// <param name="body">JSON; the bytes that are signed are the bytes that are sent.</param>
    /// <exception cref="OperationCanceledException">The caller has given up; whether it arrived is not known.</exception>
    public async Task<CallbackDelivery> SendAsync(string address, TaskId task, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_options.CurrentValue.SigningKey is not { Length: > 0 } key)
            return new CallbackDelivery.Refused("callback_not_configured", $"The callback of task {task} cannot be signed; set {CallbackOptions.SectionName}:{nameof(CallbackOptions.SigningKey)}.");

        try
        {
            var response = await _http.SendAsync(Request(address, task, key, body), cancellationToken);
            return Read(response);
        }
        catch (OutboundException exception)
        {
            return exception.IsRetryable
                ? new CallbackDelivery.RetryLater(exception.Code, exception.Message)
                : new CallbackDelivery.Refused(exception.Code, exception.Message);
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

    private CallbackDelivery Read(OutboundResponse response) => response.Status switch
    {
        >= 200 and < 300 => new CallbackDelivery.Delivered(response.Status),
        408 or 425 or 429 or >= 500 => new CallbackDelivery.RetryLater("callback_status", Reason(response), response.RetryAfter(_time.GetUtcNow())),
        _ => new CallbackDelivery.Refused("callback_status", Reason(response)),
    };

    private static string Reason(OutboundResponse response) => $"The receiver of the callback answered with status {response.Status}.";
}
