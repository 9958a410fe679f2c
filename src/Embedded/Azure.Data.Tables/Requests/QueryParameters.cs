using Azure.Core;
using Azure.Data.Tables.Errors;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Requests;

/// <summary>What stands behind the question mark of a request.</summary>
internal static class QueryParameters
{
    private const int LargestPage = 1000;

    public static void Add(RequestUriBuilder uri, string name, string? value)
    {
        if (value is not null)
            uri.AppendQuery(name, value, escapeValue: true);
    }

    /// <exception cref="RequestFailedException">The service answers with 1 to 1,000 rows a page.</exception>
    public static string? Top(int? rows) => rows switch
    {
        null => null,
        >= 1 and <= LargestPage => rows.Value.ToString(),
        _ => throw Refused.BadRequest(TableErrorCode.InvalidInput, $"A page of {rows} rows was asked for; it must have 1 to {LargestPage}."),
    };
}
