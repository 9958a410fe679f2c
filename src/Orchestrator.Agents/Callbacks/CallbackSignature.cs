using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agents.Callbacks;

/// <summary>
/// Signs a callback: <c>t={seconds},v1={hex}</c>, where the hex is the HMAC-SHA256 of the seconds since 1970, a point and the body. The time is signed too, so that a
/// receiver can refuse what was recorded long ago.
/// </summary>
internal static class CallbackSignature
{
    public const string Header = "Orchestrator-Signature";

    public static string Of(string key, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        var seconds = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        hmac.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        hmac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
