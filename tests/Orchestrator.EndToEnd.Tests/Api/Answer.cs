using System.Net;
using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Api;

/// <summary>What the app answered.</summary>
/// <param name="MediaType">Of the body; null without one.</param>
/// <param name="Location">The header; null without one.</param>
/// <param name="Body">The JSON body; undefined when it is empty.</param>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, Uri? Location, JsonElement Body)
{
    /// <summary>The text of a field of the body.</summary>
    public string? Text(string name) => Body.GetProperty(name).GetString();

    /// <summary>The pointers of a problem's faults, in order.</summary>
    public IReadOnlyList<string?> Pointers => [.. Body.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("pointer").GetString())];

    public override string ToString() => $"{(int)Status} {Body}";

    /// <summary>A time of the body.</summary>
    public DateTimeOffset Time(string name) => Body.GetProperty(name).GetDateTimeOffset();
}
