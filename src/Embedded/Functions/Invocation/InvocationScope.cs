using System.Collections;

namespace Embedded.Functions.Invocation;

/// <summary>The log scope of an invocation, with the names that the real platform's telemetry has.</summary>
internal sealed class InvocationScope(string functionName, string invocationId) : IReadOnlyList<KeyValuePair<string, object>>
{
    public int Count => 2;

    public KeyValuePair<string, object> this[int index] => index switch
    {
        0 => new("AzureFunctions_FunctionName", functionName),
        1 => new("AzureFunctions_InvocationId", invocationId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{functionName} {invocationId}";
}
