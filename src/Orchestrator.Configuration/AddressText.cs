using System.Text.RegularExpressions;

namespace Orchestrator.Configuration;

/// <summary>
/// Shows what stands where an address should. Whoever sets a connection string or an address with a token there by mistake must not find the key in the log: only what
/// is a host with a path at most is shown.
/// </summary>
public static partial class AddressText
{
    private const int Longest = 200;

    /// <summary>The text if it is a bare address, else the mask of secrets.</summary>
    public static string Show(string text) => IsBare(text) ? text : SecretAttribute.Mask;

    /// <summary>Whether a text has nothing but a scheme, a host, a port and a path: no user name, no query, and none of the characters that stand in keys and connection strings.</summary>
    public static bool IsBare(string text) => text.Length <= Longest && Bare().IsMatch(text);

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9.-]{0,20}://)?[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bare();
}
