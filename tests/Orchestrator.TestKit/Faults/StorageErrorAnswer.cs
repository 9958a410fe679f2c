using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.TestKit.Faults;

/// <summary>An error as the storage services put it.</summary>
internal static class StorageErrorAnswer
{
    private const string Version = "2019-02-02";
    private const string Message = "Injected by the fault proxy.";

    public static ProxyAnswer To(StorageCall call, int status, TimeSpan? retryAfter = null, string? code = null)
    {
        code ??= CodeOf(call.Service, status);
        var answer = call.IsTransaction && status is >= 400 and < 500 ? RefusedTransaction(status, code) : Plain(call, status, code);
        return retryAfter is { } after
            ? answer with { Headers = [.. answer.Headers, new("Retry-After", Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture))] }
            : answer;
    }

    private static string CodeOf(StorageService service, int status) => (service, status) switch
    {
        (_, 503) => "ServerBusy",
        (_, 500) => "InternalError",
        (StorageService.Table, 404) => "ResourceNotFound",
        (StorageService.Table, 409) => "EntityAlreadyExists",
        (StorageService.Table, 412) => "UpdateConditionNotSatisfied",
        (StorageService.Queue, 404) => "MessageNotFound",
        (StorageService.Queue, 409) => "QueueAlreadyExists",
        (StorageService.Blob, 404) => "BlobNotFound",
        (StorageService.Blob, 409) => "BlobAlreadyExists",
        (_, 412) => "ConditionNotMet",
        _ => "OperationTimedOut",
    };

    private static ProxyAnswer Plain(StorageCall call, int status, string code)
    {
        var (type, body) = call.Service == StorageService.Table
            ? ("application/json", Json(code, Message))
            : ("application/xml", $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{Message}</Message></Error>");
        return new ProxyAnswer(status, Headers(type, code), Encoding.UTF8.GetBytes(body));
    }

    /// <summary>The transaction itself is accepted, and the one answer in it says that its first action was refused, and with it all.</summary>
    private static ProxyAnswer RefusedTransaction(int status, string code)
    {
        const string batch = "batchresponse_fault";
        const string changes = "changesetresponse_fault";
        string[] lines =
        [
            $"--{batch}",
            $"Content-Type: multipart/mixed; boundary={changes}",
            "",
            $"--{changes}",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "",
            $"HTTP/1.1 {status} {code}",
            "Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
            "",
            Json(code, $"0:{Message}"),
            $"--{changes}--",
            $"--{batch}--",
            "",
        ];
        return new ProxyAnswer(202, Headers($"multipart/mixed; boundary={batch}", code: null), Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
    }

    private static KeyValuePair<string, string>[] Headers(string type, string? code) =>
    [
        new("Content-Type", type),
        new("x-ms-version", Version),
        .. code is null ? Array.Empty<KeyValuePair<string, string>>() : [new("x-ms-error-code", code)],
    ];

    private static string Json(string code, string message) => JsonSerializer.Serialize(
        new Dictionary<string, object>(StringComparer.Ordinal) { ["odata.error"] = new { code, message = new { lang = "en-US", value = message } } });
}
