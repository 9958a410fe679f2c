using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Orchestrator.Schemas;

/// <summary>A form that texts can have by name. Every format that a schema may name is enforced.</summary>
internal sealed partial class SchemaFormat
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;
    private const int MatchTimeout = 5_000;

    private static readonly FrozenDictionary<string, SchemaFormat> All = new SchemaFormat[]
    {
        new("date-time", "a date and time such as 2026-11-22T10:00:00Z", IsDateTime),
        new("date", "a date such as 2026-11-22", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
        new("time", "a time of day with its offset, such as 10:00:00Z", IsTime),
        new("duration", "a duration such as PT5M", text => DurationPattern().IsMatch(text) && text[^1] is not ('P' or 'T')),
        new("email", "an email address", text => text.Length <= 254 && EmailPattern().IsMatch(text)),
        new("hostname", "a host name", IsHostName),
        new("ipv4", "an IPv4 address such as 192.0.2.1", text => Ip4Pattern().IsMatch(text)),
        new("ipv6", "an IPv6 address such as 2001:db8::1", IsIp6),
        new("uri", "an absolute URI such as https://example.com/a", IsUri),
        new("uuid", "a UUID such as 0198a7c3-5b1e-7c4d-9a52-0f6b7a1d2c3e", text => UuidPattern().IsMatch(text)),
    }.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    private readonly Func<string, bool> _isValid;

    private SchemaFormat(string name, string words, Func<string, bool> isValid)
    {
        Name = name;
        Words = words;
        _isValid = isValid;
    }

    /// <summary>The formats there are, for people.</summary>
    public static string Names { get; } = string.Join(", ", All.Keys.Order(StringComparer.Ordinal));

    public string Name { get; }

    /// <summary>What a text must be, as the end of a sentence.</summary>
    public string Words { get; }

    /// <summary>The format of a name; null when there is none.</summary>
    public static SchemaFormat? Find(string name) => All.GetValueOrDefault(name);

    public bool IsValid(string text) => _isValid(text);

    private static bool IsDateTime(string text) =>
        text.Length > 11 && text[10] is 'T' or 't'
        && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && IsTime(text[11..]);

    private static bool IsTime(string text)
    {
        if (!TimePattern().IsMatch(text))
            return false;
        if (text[6] != '6')
            return true;

        // A leap second (RFC 3339): the last of a day in UTC.
        var offset = text[^1] is 'Z' or 'z' ? TimeSpan.Zero : TimeSpan.ParseExact(text.AsSpan(text.Length - 5), @"hh\:mm", CultureInfo.InvariantCulture);
        var local = TimeSpan.ParseExact(text.AsSpan(0, 5), @"hh\:mm", CultureInfo.InvariantCulture);
        var minutes = (local - (text[^6] == '-' ? -offset : offset)).TotalMinutes;
        return (minutes + 1_440) % 1_440 == 1_439;
    }

    private static bool IsIp6(string text)
    {
        var end = text.LastIndexOf(':') + 1;
        return Ip6Pattern().IsMatch(text)
            && (!text.Contains('.', StringComparison.Ordinal) || Ip4Pattern().IsMatch(text[end..]))
            && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsHostName(string text) => text.Length is > 0 and <= 253 && HostNamePattern().IsMatch(text);

    private static bool IsUri(string text) => UriPattern().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _);

    [GeneratedRegex(@"\A([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z", Options, MatchTimeout)]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"\AP([0-9]+W|([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)?(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)?)?)\z", Options, MatchTimeout)]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z", Options, MatchTimeout)]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z", Options, MatchTimeout)]
    private static partial Regex HostNamePattern();

    [GeneratedRegex(@"\A((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\z", Options, MatchTimeout)]
    private static partial Regex Ip4Pattern();

    // Neither zones nor brackets nor ports, which the parser of addresses takes.
    [GeneratedRegex(@"\A[0-9A-Fa-f:.]{2,45}\z", Options, MatchTimeout)]
    private static partial Regex Ip6Pattern();

    // Square brackets stand around the host's IPv6 address, nowhere else.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*:(//([A-Za-z0-9._~:!$&'()*+,;=%-]*@)?\[[0-9A-Fa-f:.]+\])?([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\z", Options, MatchTimeout)]
    private static partial Regex UriPattern();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z", Options, MatchTimeout)]
    private static partial Regex UuidPattern();
}
