using System.Security.Cryptography;
using Embedded.Functions.Configuration;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Extensibility;

/// <summary>Whether the platform is kind or, for tests, as unkind as the real one can be. A singleton.</summary>
/// <param name="IsHostile"><c>Embedded:Mode</c> is <c>Hostile</c>.</param>
/// <param name="Seed"><c>Embedded:Seed</c>, what all randomness of the hostile mode is drawn from; a new one each time unless set.</param>
public sealed record HostMode(bool IsHostile, int Seed)
{
    /// <summary>The kind mode.</summary>
    public static HostMode Normal { get; } = new(IsHostile: false, Seed: 0);

    private const string ModeKey = "Embedded:Mode";
    private const string SeedKey = "Embedded:Seed";

    private enum Kind
    {
        Normal,
        Hostile,
    }

    /// <exception cref="HostStartException">A setting is not what it must be.</exception>
    public static HostMode Read(IConfiguration configuration)
    {
        var reader = new SettingReader("settings");
        var kind = reader.OneOf(configuration.GetSection(ModeKey), Kind.Normal);
        var seed = reader.Integer(configuration.GetSection(SeedKey), RandomNumberGenerator.GetInt32(int.MaxValue), 0, int.MaxValue);
        reader.ThrowIfFaulty();
        return kind is Kind.Hostile ? new HostMode(IsHostile: true, seed) : Normal;
    }
}
