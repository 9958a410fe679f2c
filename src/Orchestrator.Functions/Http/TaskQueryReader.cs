using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of the task list.</summary>
internal static class TaskQueryReader
{
    private const int MaxPageSize = 200;
    private const int MaxTokenLength = 4_000;

    /// <summary>The query.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static TaskQuery Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var result = new TaskQuery();
        foreach (var (name, values) in query)
        {
            var pointer = "/" + JsonPath.Escape(name);
            if (values.Count != 1)
                faults.Add(new Fault(pointer, "The parameter stands there more than once."));
            else if (name.Equals("state", StringComparison.OrdinalIgnoreCase))
                result = result with { State = ReadState(values[0]!, pointer, faults) };
            else if (name.Equals("pageSize", StringComparison.OrdinalIgnoreCase))
                result = result with { PageSize = ReadPageSize(values[0]!, pointer, faults) };
            else if (name.Equals("continuationToken", StringComparison.OrdinalIgnoreCase))
                result = result with { ContinuationToken = ReadToken(values[0]!, pointer, faults) };
            else
                faults.Add(new Fault(pointer, "There is no such parameter; there are: state, pageSize, continuationToken."));
        }

        return faults.Count == 0 ? result : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }

    /// <summary>The problem of a token that the store does not know.</summary>
    public static ProblemException InvalidToken() =>
        new(KnownProblems.InvalidQuery([new Fault("/continuationToken", "The token is not one that was given out for this list. Begin again without it.")]));

    private static TaskState? ReadState(string text, string pointer, List<Fault> faults)
    {
        // Enum.Parse would take numbers and lists too.
        foreach (var state in Enum.GetValues<TaskState>())
        {
            if (text.Equals(state.ToString(), StringComparison.OrdinalIgnoreCase))
                return state;
        }

        faults.Add(new Fault(pointer, $"There is no such state; there are: {string.Join(", ", Enum.GetNames<TaskState>())}."));
        return null;
    }

    private static int ReadPageSize(string text, string pointer, List<Fault> faults)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
            return size;

        faults.Add(new Fault(pointer, $"It must be a whole number from 1 to {MaxPageSize}."));
        return 1;
    }

    private static string? ReadToken(string text, string pointer, List<Fault> faults)
    {
        if (text.Length > MaxTokenLength)
            faults.Add(new Fault(pointer, "It is too long to be a token of ours."));
        return text.Length == 0 ? null : text;
    }
}
