using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>An answer of which only status and tag matter.</summary>
internal sealed class SimulatedResponse(int status, ETag tag) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose()
    {
        // It holds nothing.
    }

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => TryGetHeader("ETag", out var value) ? [new HttpHeader("ETag", value)] : [];

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = tag != default && string.Equals(name, "ETag", StringComparison.OrdinalIgnoreCase) ? tag.ToString() : null;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}

/// <summary>The answer to a question for a row that is not there.</summary>
internal sealed class NothingFound<T> : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException("Nothing was found.");

    public override Response GetRawResponse() => new SimulatedResponse(404, default);
}
