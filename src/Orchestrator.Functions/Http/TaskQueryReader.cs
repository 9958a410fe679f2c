using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of the task list.</summary>
internal static class TaskQueryReader
{
    private const int MaxPageSize = 200;
    private const int MaxTokenLength = 4_000;

    private static readonly Dictionary<string, Func<TaskQuery, string, Action<string>, TaskQuery>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["state"] = (query, text, refuse) => query with { State = ReadState(text, refuse) },
        ["type"] = (query, text, refuse) => query with { Type = ReadText(text, TaskLimits.NameLength, refuse) },
        ["agent"] = (query, text, refuse) => query with { Agent = ReadText(text, TaskLimits.NameLength, refuse) },
        ["tag"] = (query, text, refuse) => query with { Tag = ReadText(text, TaskLimits.TagLength, refuse) },
        ["parent"] = (query, text, refuse) => query with { Parent = ReadId(text, refuse) },
        ["correlationId"] = (query, text, refuse) => query with { Correlation = ReadText(text, TaskLimits.NameLength, refuse) },
        ["from"] = (query, text, refuse) => query with { From = ReadTime(text, refuse) },
        ["to"] = (query, text, refuse) => query with { To = ReadTime(text, refuse) },
        ["title"] = (query, text, refuse) => query with { Title = ReadText(text, TaskLimits.TitleLength, refuse) },
        ["pageSize"] = (query, text, refuse) => query with { PageSize = ReadPageSize(text, refuse) },
        ["continuationToken"] = (query, text, refuse) => query with { ContinuationToken = ReadToken(text, refuse) },
    };

    /// <summary>The query.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static TaskQuery Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var result = new TaskQuery();
        foreach (var (name, values) in query)
        {
            var pointer = JsonPointer.Join("", name);
            if (values.Count != 1)
                faults.Add(new Fault(pointer, "The parameter stands there more than once."));
            else if (!Readers.TryGetValue(name, out var read))
                faults.Add(new Fault(pointer, $"There is no such parameter; there are: {string.Join(", ", Readers.Keys)}."));
            else
                result = read(result, values[0]!, fault => faults.Add(new Fault(pointer, fault)));
        }

        if (result.Title is not null && result.From is null)
            faults.Add(new Fault("/title", "Titles are searched within a time range: give 'from' too."));
        if (result.From >= result.To)
            faults.Add(new Fault("/to", "It must be later than 'from'."));
        return faults.Count == 0 ? result : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }

    /// <summary>The problem of a token that the store does not know.</summary>
    public static ProblemException InvalidToken() =>
        new(KnownProblems.InvalidQuery([new Fault("/continuationToken", "The token is not one that was given out for this list. Begin again without it.")]));

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

    private static string? ReadText(string text, int maxLength, Action<string> refuse)
    {
        if (text.Length >= 1 && text.Length <= maxLength)
            return text;

        refuse($"It is {text.Length} characters long; it must be 1 to {maxLength}.");
        return null;
    }

    private static string? ReadId(string text, Action<string> refuse)
    {
        if (TaskId.TryParse(text, out var id))
            return id.ToString();

        refuse($"It must be the id of a task: {TaskId.Length} characters.");
        return null;
    }

    private static DateTimeOffset? ReadTime(string text, Action<string> refuse)
    {
        if (IsoTime.TryParse(text, out var time))
            return time;

        refuse($"It must be {IsoTime.Form}.");
        return null;
    }

    private static int ReadPageSize(string text, Action<string> refuse)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
            return size;

        refuse($"It must be a whole number from 1 to {MaxPageSize}.");
        return 1;
    }

    private static string? ReadToken(string text, Action<string> refuse)
    {
        if (text.Length > MaxTokenLength)
            refuse("It is too long to be a token of ours.");
        return text.Length == 0 ? null : text;
    }
}
