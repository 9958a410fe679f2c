using System.Text;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Keys in continuation headers: <c>1!length!base64</c>, with characters that need no escaping, as the service writes them.</summary>
internal static class Continuation
{
    public static string Encode(string key)
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).Replace('+', '*').Replace('/', '_').Replace('=', '-');
        return $"1!{text.Length}!{text}";
    }

    /// <exception cref="TableRefusal">It is none.</exception>
    public static string Decode(string? token)
    {
        if (token is null)
            return "";
        if (token.Split('!') is not ["1", _, var text])
            throw TableRefusal.InvalidInput();

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('*', '+').Replace('_', '/').Replace('-', '=')));
        }
        catch (FormatException)
        {
            throw TableRefusal.InvalidInput();
        }
    }
}
