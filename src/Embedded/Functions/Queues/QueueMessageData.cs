using System.Text.Json;
using Azure.Storage.Queues.Models;

namespace Embedded.Functions.Queues;

/// <summary>The binding data of a queue message. What is not text is the JSON text of the value, as on the real platform.</summary>
internal static class QueueMessageData
{
    public static readonly IReadOnlyList<string> Names =
        ["QueueTrigger", "Id", "DequeueCount", "PopReceipt", "InsertionTime", "ExpirationTime", "NextVisibleTime"];

    public static IReadOnlyDictionary<string, object?> Of(QueueMessage message, BinaryData body) =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = body.ToString(),
            ["Id"] = message.MessageId,
            ["DequeueCount"] = JsonSerializer.Serialize(message.DequeueCount),
            ["PopReceipt"] = message.PopReceipt,
            ["InsertionTime"] = JsonSerializer.Serialize(message.InsertedOn ?? DateTimeOffset.MinValue),
            ["ExpirationTime"] = JsonSerializer.Serialize(message.ExpiresOn ?? DateTimeOffset.MaxValue),
            ["NextVisibleTime"] = JsonSerializer.Serialize(message.NextVisibleOn ?? DateTimeOffset.MaxValue),
        };
}
