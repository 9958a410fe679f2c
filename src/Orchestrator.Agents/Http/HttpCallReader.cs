using System.Text;
using System.Text.Json;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Agents.Http;

/// <summary>Reads the input of a task of type <c>http</c>, and finds everything that is wrong with it at once.</summary>
internal sealed class HttpCallReader
{
    private const int MaxAddressLength = 8_000;

    private static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    private static readonly TimeSpan _defaultEvery = TimeSpan.FromSeconds(5);

    private readonly List<Fault> _faults = [];

    /// <summary>All faults of an input, pointers relative to it.</summary>
    public static IEnumerable<Fault> FindFaults(JsonElement input)
    {
        var reader = new HttpCallReader();
        reader.ReadCall(input);
        return reader._faults;
    }

    /// <exception cref="AgentException">Code <c>input_invalid</c>: with every fault.</exception>
    public static HttpCall Read(JsonElement input)
    {
        var reader = new HttpCallReader();
        var call = reader.ReadCall(input);
        return reader._faults.Count == 0
            ? call
            : throw new AgentException("input_invalid", string.Join(' ', reader._faults.Select(fault => $"{fault.Pointer}: {fault.Message}")), isRetryable: false);
    }

    private HttpCall ReadCall(JsonElement input)
    {
        var fields = new FieldReader(input, "", _faults, "url", "method", "headers", "body", "expect", "poll");
        var method = ReadMethod(fields);
        var body = ReadBody(fields, method, out var type);
        var headers = ReadHeaders(fields);
        if (type is not null && !headers.Exists(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            headers.Add(KeyValuePair.Create("Content-Type", type));
        var expected = fields.Object("expect", "status") is { } expect ? ReadStatuses(expect) : null;
        return new HttpCall(method, ReadAddress(fields), headers, body, expected ?? StatusSet.Successes, ReadPoll(fields));
    }

    /// <summary>Only its form: which hosts may be called is decided when they are called.</summary>
    private static string ReadAddress(FieldReader fields)
    {
        var address = fields.Text("url");
        if (!fields.Has("url"))
            fields.Fault("url", "It is missing.");
        else if (address?.Length > MaxAddressLength)
            fields.Fault("url", $"The address has {address.Length} characters; at most {MaxAddressLength} are allowed.");
        else if (address is not null && (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)))
            fields.Fault("url", "The value must be an absolute http or https address.");
        else if (address is not null && new Uri(address).UserInfo.Length > 0)
            fields.Fault("url", "The address must not name a user.");
        return address ?? "";
    }

    private static HttpMethod ReadMethod(FieldReader fields)
    {
        var method = fields.Text("method");
        if (method is null || _methods.Contains(method, StringComparer.OrdinalIgnoreCase))
            return HttpMethod.Parse(method?.ToUpperInvariant() ?? "GET");
        fields.Fault("method", $"The value must be one of {string.Join(", ", _methods)}.");
        return HttpMethod.Post;
    }

    private List<KeyValuePair<string, string>> ReadHeaders(FieldReader fields)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (fields.Field("headers") is not { } given)
            return headers;

        string[] names = given.ValueKind == JsonValueKind.Object ? [.. given.EnumerateObject().Select(header => header.Name)] : [];
        var values = new FieldReader(given, "/headers", _faults, names);
        foreach (var name in names)
        {
            if (!values.Has(name))
                values.Fault(name, "The value must be a text.");
            else if (values.Text(name) is not { } value)
                continue;
            else if (HeaderRules.FindFault(name, value) is { } fault)
                values.Fault(name, fault);
            else
                headers.Add(KeyValuePair.Create(name, value));
        }

        return headers;
    }

    /// <param name="type">What the body is, unless a header says otherwise; null without a body.</param>
    private static ReadOnlyMemory<byte>? ReadBody(FieldReader fields, HttpMethod method, out string? type)
    {
        type = null;
        if (fields.Field("body") is not { } body)
            return null;

        if (method == HttpMethod.Get || method == HttpMethod.Head)
            fields.Fault("body", $"A {method} has no body.");
        if (body.ValueKind != JsonValueKind.String)
        {
            type = "application/json";
            return Encoding.UTF8.GetBytes(body.GetRawText());
        }

        type = "text/plain; charset=utf-8";
        return Encoding.UTF8.GetBytes(fields.Text("body") ?? "");
    }

    private StatusSet? ReadStatuses(FieldReader fields)
    {
        var entries = new List<string>();
        foreach (var (item, pointer) in fields.Items("status"))
        {
            if (StatusSet.ReadEntry(item) is { } entry)
                entries.Add(entry);
            else
                _faults.Add(new Fault(pointer, StatusSet.Rule));
        }

        return fields.Has("status") ? new StatusSet(entries) : null;
    }

    private HttpPoll? ReadPoll(FieldReader fields)
    {
        if (fields.Object("poll", "until", "every") is not { } poll)
            return null;

        var every = ReadEvery(poll);
        if (poll.Object("until", "status", "pointer", "equals", "in") is not { } until)
        {
            poll.Fault("until", "It is missing.");
            return null;
        }

        if (!until.Has("status") && !until.Has("pointer"))
            poll.Fault("until", "It must have a status, a pointer or both.");
        return new HttpPoll(ReadStatuses(until), ReadPointer(until), ReadValues(until), every);
    }

    private static TimeSpan ReadEvery(FieldReader poll)
    {
        if (poll.Text("every") is not { } text)
            return _defaultEvery;
        if (Durations.TryParse(text, out var every) && every >= TimeSpan.FromSeconds(1) && every <= TimeSpan.FromHours(1))
            return every;
        poll.Fault("every", "The value must be a duration from PT1S to PT1H, such as PT5S or 00:00:05.");
        return _defaultEvery;
    }

    private static JsonPointer? ReadPointer(FieldReader until)
    {
        if (until.Text("pointer") is not { } text)
            return null;
        if (JsonPointer.TryParse(text) is { } pointer)
            return pointer;
        until.Fault("pointer", "The value must be a JSON Pointer, such as /state.");
        return null;
    }

    private static List<JsonElement> ReadValues(FieldReader until)
    {
        var values = until.Items("in").Select(item => item.Item).ToList();
        if (until.Field("equals") is { } value)
            values.Add(value);
        if (until.Has("pointer") && until.Has("equals") == until.Has("in"))
            until.Fault("pointer", "With a pointer there must be one of equals and in.");
        if (!until.Has("pointer") && (until.Has("equals") || until.Has("in")))
            until.Fault("pointer", "It is missing.");
        return values;
    }
}
