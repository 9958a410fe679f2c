using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace Orchestrator.Functions.Queues;

/// <summary>What the queue says of a message beside its body.</summary>
/// <param name="Id">The message's id; the same at every delivery.</param>
/// <param name="InsertedAt">When it was put in; null when the host does not tell.</param>
/// <param name="DequeueCount">How often it was delivered, this time included.</param>
internal sealed record QueueMessageInfo(string Id, DateTimeOffset? InsertedAt, int DequeueCount)
{
    /// <summary>Reads the binding data of a queue trigger. The host hands values on as text, some of them as JSON text.</summary>
    public static QueueMessageInfo Of(FunctionContext context)
    {
        var data = context.BindingContext.BindingData;
        var id = Text(data, "Id");
        var inserted = DateTimeOffset.TryParse(Text(data, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
        var count = int.TryParse(Text(data, "DequeueCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 1;
        return new QueueMessageInfo(string.IsNullOrEmpty(id) ? context.InvocationId : id, inserted, count);
    }

    private static string? Text(IReadOnlyDictionary<string, object?> data, string name) =>
        data.TryGetValue(name, out var value)
            ? (value as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? value?.ToString()?.Trim('"')
            : null;
}
