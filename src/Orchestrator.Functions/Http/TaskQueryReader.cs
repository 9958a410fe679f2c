using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of the task list.</summary>
internal static class TaskQueryReader
{
    private static readonly Dictionary<string, Func<TaskQuery, string, Action<string>, TaskQuery>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["state"] = (query, text, refuse) => query with { State = ReadState(text, refuse) },
        ["type"] = (query, text, refuse) => query with { Type = QueryParameters.ReadText(text, TaskLimits.NameLength, refuse) },
        ["agent"] = (query, text, refuse) => query with { Agent = QueryParameters.ReadText(text, TaskLimits.NameLength, refuse) },
        ["tag"] = (query, text, refuse) => query with { Tag = QueryParameters.ReadText(text, TaskLimits.TagLength, refuse) },
        ["parent"] = (query, text, refuse) => query with { Parent = ReadId(text, refuse) },
        ["correlationId"] = (query, text, refuse) => query with { Correlation = QueryParameters.ReadText(text, TaskLimits.NameLength, refuse) },
        ["from"] = (query, text, refuse) => query with { From = QueryParameters.ReadTime(text, refuse) },
        ["to"] = (query, text, refuse) => query with { To = QueryParameters.ReadTime(text, refuse) },
        ["title"] = (query, text, refuse) => query with { Title = QueryParameters.ReadText(text, TaskLimits.TitleLength, refuse) },
        ["pageSize"] = (query, text, refuse) => query with { PageSize = QueryParameters.ReadPageSize(text, refuse) },
        ["continuationToken"] = (query, text, refuse) => query with { ContinuationToken = QueryParameters.ReadToken(text, refuse) },
    };

    /// <summary>The query.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static TaskQuery Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var result = QueryParameters.Read(query, new TaskQuery(), Readers, faults);
        if (result.Title is not null && result.From is null)
            faults.Add(new Fault("/title", "Titles are searched within a time range: give 'from' too."));
        if (result.From >= result.To)
            faults.Add(new Fault("/to", "It must be later than 'from'."));
        return faults.Count == 0 ? result : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }

    private static TaskState? ReadState(string text, Action<string> refuse)
    {
        // Enum.Parse would take numbers and lists too.
        foreach (var state in Enum.GetValues<TaskState>())
        {
            if (text.Equals(state.ToString(), StringComparison.OrdinalIgnoreCase))
                return state;
        }

        refuse($"There is no such state; there are: {string.Join(", ", Enum.GetNames<TaskState>())}.");
        return null;
    }

    private static string? ReadId(string text, Action<string> refuse)
    {
        if (TaskId.TryParse(text, out var id))
            return id.ToString();

        refuse($"It must be the id of a task: {TaskId.Length} characters.");
        return null;
    }
}
