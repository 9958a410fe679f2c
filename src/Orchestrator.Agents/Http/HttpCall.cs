using System.Text.Json;

namespace Orchestrator.Agents.Http;

/// <summary>What a task of type <c>http</c> asks for, checked.</summary>
/// <param name="Body">What is sent; null sends nothing.</param>
/// <param name="Expected">Statuses with which the call has succeeded.</param>
/// <param name="Poll">How the call is repeated; null makes it once.</param>
internal sealed record HttpCall(
    HttpMethod Method, string Address, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body, StatusSet Expected, HttpPoll? Poll);

/// <summary>Repeats a call until its answer is as awaited.</summary>
/// <param name="Status">Statuses of which it must have one; null for any.</param>
/// <param name="Pointer">Where in its JSON one of <paramref name="Values"/> must stand; null for nowhere.</param>
/// <param name="Every">Between the end of a call and the next, 1 s to 1 h.</param>
internal sealed record HttpPoll(StatusSet? Status, JsonPointer? Pointer, IReadOnlyList<JsonElement> Values, TimeSpan Every)
{
    /// <summary>Whether an answer is as awaited.</summary>
    /// <param name="body">Its JSON; null where it has none.</param>
    public bool IsMetBy(int status, JsonElement? body) =>
        Status?.Contains(status) != false
        && (Pointer is null || (body is { } document && Pointer.Find(document) is { } value && Values.Any(awaited => JsonElement.DeepEquals(awaited, value))));
}
