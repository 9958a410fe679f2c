using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>Reads query strings: each parameter at most once, none that is not known, and every fault at once.</summary>
internal static class QueryParameters
{
    public const int MaxPageSize = 200;
    private const int MaxTokenLength = 4_000;

    /// <summary>Reads the parameters one after the other into a value.</summary>
    /// <param name="readers">By name: the value with the parameter, and what tells a fault.</param>
    public static T Read<T>(IQueryCollection query, T value, IReadOnlyDictionary<string, Func<T, string, Action<string>, T>> readers, List<Fault> faults)
    {
        foreach (var (name, values) in query)
        {
            var pointer = JsonPointer.Join("", name);
            if (values.Count != 1)
                faults.Add(new Fault(pointer, "The parameter stands there more than once."));
            else if (!readers.TryGetValue(name, out var read))
                faults.Add(new Fault(pointer, $"There is no such parameter; there are: {string.Join(", ", readers.Keys)}."));
            else
                value = read(value, values[0]!, fault => faults.Add(new Fault(pointer, fault)));
        }

        return value;
    }

    /// <summary>The problem of a token that the store does not know.</summary>
    public static ProblemException InvalidToken() =>
        new(KnownProblems.InvalidQuery([new Fault("/continuationToken", "The token is not one that was given out for this list. Begin again without it.")]));

    public static string? ReadText(string text, int maxLength, Action<string> refuse)
    {
        if (text.Length >= 1 && text.Length <= maxLength)
            return text;

        refuse($"It is {text.Length} characters long; it must be 1 to {maxLength}.");
        return null;
    }

    public static DateTimeOffset? ReadTime(string text, Action<string> refuse)
    {
        if (IsoTime.TryParse(text, out var time))
            return time;

        refuse($"It must be {IsoTime.Form}.");
        return null;
    }

    public static int ReadPageSize(string text, Action<string> refuse)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
            return size;

        refuse($"It must be a whole number from 1 to {MaxPageSize}.");
        return 1;
    }

    public static string? ReadToken(string text, Action<string> refuse)
    {
        if (text.Length > MaxTokenLength)
            refuse("It is too long to be a token of ours.");
        return text.Length == 0 ? null : text;
    }
}
