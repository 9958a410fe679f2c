using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.History;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of the list of dead letters.</summary>
internal static class DeadLetterQueryReader
{
    private const int TextLength = 200;

    private static readonly Dictionary<string, Func<DeadLetterQuery, string, Action<string>, DeadLetterQuery>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["source"] = (query, text, refuse) => query with { Source = QueryParameters.ReadText(text, TextLength, refuse) },
        ["code"] = (query, text, refuse) => query with { Code = QueryParameters.ReadText(text, TextLength, refuse) },
        ["from"] = (query, text, refuse) => query with { From = QueryParameters.ReadTime(text, refuse) },
        ["to"] = (query, text, refuse) => query with { To = QueryParameters.ReadTime(text, refuse) },
        ["pageSize"] = (query, text, refuse) => query with { PageSize = QueryParameters.ReadPageSize(text, refuse) },
        ["continuationToken"] = (query, text, refuse) => query with { ContinuationToken = QueryParameters.ReadToken(text, refuse) },
    };

    /// <summary>The query.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static DeadLetterQuery Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var result = QueryParameters.Read(query, new DeadLetterQuery(), Readers, faults);
        if (result.From >= result.To)
            faults.Add(new Fault("/to", "It must be later than 'from'."));
        return faults.Count == 0 ? result : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
