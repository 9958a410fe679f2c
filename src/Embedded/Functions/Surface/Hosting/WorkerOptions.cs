using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

public class WorkerOptions
{
    /// <summary>Reads and writes what crosses a binding as JSON. Default: System.Text.Json, PascalCase out, read without regard to case.</summary>
    public ObjectSerializer? Serializer { get; set; }

    /// <summary>Kept for what sets them; the embedded platform has no other process to tell them to.</summary>
    public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
