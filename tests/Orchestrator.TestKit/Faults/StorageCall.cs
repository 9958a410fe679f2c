using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.TestKit.Faults;

/// <summary>A call of storage as it came to <see cref="FaultProxy"/>, and what became of it so far.</summary>
public sealed partial record StorageCall
{
    /// <summary>Far enough into a transaction to see its first part's address.</summary>
    private const int TransactionHead = 4096;

    internal StorageCall()
    {
    }

    /// <summary>Counts the calls of all services in the order of their arrival, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Whom it is for.</summary>
    public required StorageService Service { get; init; }

    /// <summary>In capitals, such as <c>POST</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query as they were sent, the account first: <c>/devstoreaccount1/Tables?$top=1</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The header x-ms-client-request-id, by which what a client's own retries send again is known to be the same; null when it has none.</summary>
    public string? RequestId { get; init; }

    /// <summary>What was sent. It is let go when the call is over: rules and callbacks see it, the list of calls does not.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// The status with which storage answered, for a transaction that it refused that of the refusal inside; null while it has not answered, and for a
    /// call that was not forwarded.
    /// </summary>
    public int? Status { get; init; }

    /// <summary>What was done to it; null when it was let through.</summary>
    public StorageFault? Fault { get; init; }

    /// <summary>Whether its caller had gone before it was answered. Told only of calls that were let through or delayed.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>Whether it can change something: anything but GET and HEAD. (Receiving queue messages is a GET.)</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD");

    /// <summary>Whether it is a transaction of the table service.</summary>
    public bool IsTransaction => Service == StorageService.Table && PathOf(Target).EndsWith("/$batch", StringComparison.Ordinal);

    /// <summary>
    /// The table whose rows it reads or writes, for a transaction that of its first part; <c>Tables</c> when it is about tables
    /// themselves; null for another service.
    /// </summary>
    public string? Table { get; private init; }

    /// <summary>The same call with the table that it is about.</summary>
    internal StorageCall WithTable() => Service != StorageService.Table ? this : this with { Table = IsTransaction ? TableOfTransaction() : TableOfPath() };

    /// <summary>As a line of a failed test's message: <c>#7 Table POST /devstoreaccount1/HubLog 204</c>.</summary>
    public override string ToString()
    {
        var table = IsTransaction ? $" of {Table}" : "";
        var status = Status is { } given ? $" {given}" : "";
        var fault = Fault is null ? "" : $" ({Fault})";
        return $"#{Number} {Service} {Method} {Uri.UnescapeDataString(Target)}{table}{status}{fault}";
    }

    private static string PathOf(string target) => target.Split('?')[0];

    private string TableOfPath()
    {
        var path = Uri.UnescapeDataString(PathOf(Target));
        var keys = path.IndexOf('(', StringComparison.Ordinal);
        var resource = keys < 0 ? path : path[..keys];
        return resource[(resource.LastIndexOf('/') + 1)..];
    }

    private string? TableOfTransaction()
    {
        var head = Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, TransactionHead)]);
        return TransactionPart().Match(head) is { Success: true } part ? part.Groups["table"].Value : null;
    }

    [GeneratedRegex(@"^(?:GET|POST|PUT|PATCH|MERGE|DELETE) \S+?/(?<table>[A-Za-z][A-Za-z0-9]*)(?:\(\S*)? HTTP/1\.1\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TransactionPart();
}
