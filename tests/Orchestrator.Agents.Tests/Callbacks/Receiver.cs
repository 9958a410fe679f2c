using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agents.Tests.Outbound;

namespace Orchestrator.Agents.Tests.Callbacks;

/// <summary>Checks a callback as a receiver would that has read the reference and knows nothing else.</summary>
internal static class Receiver
{
    private static readonly TimeSpan _tolerance = TimeSpan.FromMinutes(5);

    public static bool Accepts(ReceivedRequest request, string key, DateTimeOffset now)
    {
        var fields = request.Headers["Orchestrator-Signature"].Split(',').Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1]);
        var age = now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields["t"]));
        var signed = Encoding.UTF8.GetBytes(fields["t"] + ".").Concat(request.Body).ToArray();
        return age.Duration() <= _tolerance
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed), Convert.FromHexString(fields["v1"]));
    }
}
