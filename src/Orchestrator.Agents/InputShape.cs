using System.Text.Json;

namespace Orchestrator.Agents;

/// <summary>Holds an input against the type that an agent reads it as.</summary>
internal static class InputShape
{
    public static IEnumerable<Fault> FindFaults<TInput>(JsonElement input)
        where TInput : notnull
    {
        try
        {
            return input.Deserialize<TInput>(AgentJson.Options) is null ? [new Fault("", "The input is null; an object is needed.")] : [];
        }
        catch (JsonException exception)
        {
            return [new Fault(Pointer(exception.Path), Sentence(exception.Message))];
        }
        catch (InvalidOperationException exception)
        {
            // A string with half a surrogate pair.
            return [new Fault("", exception.Message)];
        }
    }

    /// <summary>From <c>$.files[0].path</c> to <c>/files/0/path</c>.</summary>
    private static string Pointer(string? path) =>
        path is null ? "" : path.TrimStart('$').Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');

    /// <summary>The reader's words without its .NET types and without the position, which counts from the input's start.</summary>
    private static string Sentence(string message)
    {
        const string missing = "missing required properties including: ";
        if (message.IndexOf(missing, StringComparison.Ordinal) is var start and >= 0)
            return "Missing: " + message[(start + missing.Length)..];
        if (message.Contains("allow null", StringComparison.Ordinal))
            return "The value must not be null.";
        if (message.Contains("could not be converted", StringComparison.Ordinal))
            return "The value is not of the kind that is needed here.";
        return message.IndexOf(" Path: ", StringComparison.Ordinal) is var position and >= 0 ? message[..position] : message;
    }
}
