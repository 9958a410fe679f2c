using System.Collections;

namespace Orchestrator.Functions.Logging;

/// <summary>A scope of the log: fields by name. Those without a value are left out.</summary>
internal sealed class LogScope(params IEnumerable<(string Name, object? Value)> fields) : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _fields = [.. fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value))];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For loggers that know texts alone.</summary>
    public override string ToString() => string.Join(", ", _fields.Select(field => $"{field.Key} {field.Value}"));
}
