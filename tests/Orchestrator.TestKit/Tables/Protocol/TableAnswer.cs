using System.Text.Json;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>An answer, to a request by itself or within a transaction.</summary>
internal sealed record TableAnswer(int Status, ReadOnlyMemory<byte> Body, params (string Name, string Value)[] Headers)
{
    public const string JsonType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

    public static TableAnswer Empty(int status, params (string Name, string Value)[] headers) => new(status, default, headers);

    public static TableAnswer Json(int status, ReadOnlyMemory<byte> body, params (string Name, string Value)[] headers) =>
        new(status, body, [("Content-Type", JsonType), .. headers]);

    /// <param name="index">Position of the action in its transaction; null outside of one.</param>
    public static TableAnswer Of(TableRefusal refusal, DateTimeOffset time, int? index = null)
    {
        var position = index is { } action ? $"{action}:" : "";
        var value = $"{position}{refusal.Message}\nRequestId:{Guid.NewGuid()}\nTime:{time.UtcDateTime:O}";
        return Json(refusal.Status, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["odata.error"] = new { code = refusal.Code, message = new { lang = "en-US", value } },
        }));
    }
}
