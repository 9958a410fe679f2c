using System.Text.RegularExpressions;

namespace Orchestrator.Benchmarks.Counting;

/// <summary>What a request to the table service is about.</summary>
/// <param name="Table">The table whose rows it reads or writes; null when it is about tables themselves.</param>
/// <param name="Rows">How many rows it writes; 0 for a read.</param>
internal sealed partial record TableCall(string? Table, int Rows)
{
    /// <param name="path">Such as <c>/devstoreaccount1/Tasks20261122(PartitionKey='00',RowKey='t')</c>.</param>
    /// <param name="body">The body as text; matters for transactions only, whose rows are the requests in it.</param>
    public static TableCall Of(string method, string path, string body)
    {
        var resource = path[(path.LastIndexOf('/') + 1)..];
        if (resource == "$batch")
        {
            var parts = Part().Matches(body);
            return new TableCall(parts[0].Groups["table"].Value, parts.Count);
        }

        var table = resource.Split('(')[0];
        return table is "Tables" or "" ? new TableCall(null, 0) : new TableCall(table, method == "GET" ? 0 : 1);
    }

    [GeneratedRegex(@"^(?:POST|PUT|PATCH|MERGE|DELETE) \S+/(?<table>[A-Za-z][A-Za-z0-9]*)[^/\s]* HTTP/1\.1\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
