namespace Orchestrator;

/// <summary>JSON text taken token by token, so that numbers and strings stay spelled as they were given.</summary>
internal static class JsonTokens
{
    /// <summary>The same JSON without the white space between its tokens.</summary>
    /// <param name="json">Valid JSON.</param>
    public static string WithoutWhiteSpace(string json)
    {
        var kept = new char[json.Length];
        var count = 0;
        var inString = false;
        var escaped = false;
        foreach (var character in json)
        {
            if (!inString && character is ' ' or '\t' or '\r' or '\n')
                continue;

            kept[count++] = character;
            if (character == '"' && !escaped)
                inString = !inString;
            escaped = inString && character == '\\' && !escaped;
        }

        return new string(kept, 0, count);
    }
}
