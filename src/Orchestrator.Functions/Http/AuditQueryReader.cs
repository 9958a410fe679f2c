using Microsoft.AspNetCore.Http;
using Orchestrator.Audit;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of the audit.</summary>
internal static class AuditQueryReader
{
    private const int TextLength = 400;

    private static readonly Dictionary<string, Func<AuditQuery, string, Action<string>, AuditQuery>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["actor"] = (query, text, refuse) => query with { Actor = QueryParameters.ReadText(text, TextLength, refuse) },
        ["target"] = (query, text, refuse) => query with { Target = QueryParameters.ReadText(text, TextLength, refuse) },
        ["from"] = (query, text, refuse) => query with { From = QueryParameters.ReadTime(text, refuse) },
        ["to"] = (query, text, refuse) => query with { To = QueryParameters.ReadTime(text, refuse) },
        ["pageSize"] = (query, text, refuse) => query with { PageSize = QueryParameters.ReadPageSize(text, refuse) },
        ["continuationToken"] = (query, text, refuse) => query with { ContinuationToken = QueryParameters.ReadToken(text, refuse) },
    };

    /// <summary>The query.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static AuditQuery Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var result = QueryParameters.Read(query, new AuditQuery(), Readers, faults);
        if (result.From >= result.To)
            faults.Add(new Fault("/to", "It must be later than 'from'."));
        return faults.Count == 0 ? result : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
