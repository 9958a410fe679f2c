using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>A retry policy as JSON text in a column. What the first release did not know is written only where it says something.</summary>
internal static class RetryColumn
{
    private static readonly HashSet<string> Added =
        new(StringComparer.OrdinalIgnoreCase) { nameof(RetryPolicy.Growth), nameof(RetryPolicy.Jitter), nameof(RetryPolicy.Budget), nameof(RetryPolicy.RetryableCodes), nameof(RetryPolicy.TerminalCodes) };

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatSaysNothing } },
    };

    public static string Write(RetryPolicy retry) => JsonSerializer.Serialize(retry, Options);

    public static RetryPolicy Read(string text) => JsonSerializer.Deserialize<RetryPolicy>(text, Options)!;

    private static void LeaveOutWhatSaysNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => Added.Contains(property.Name)))
            property.ShouldSerialize = static (_, value) => value is not (null or DelayGrowth.Exponential or 0.0 or ICollection { Count: 0 });
    }
}
