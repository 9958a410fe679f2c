using System.Reflection;

namespace Orchestrator.Configuration;

/// <summary>A setting that there is, whether or not somebody has set it.</summary>
/// <param name="Key">Where it stands; <c>{n}</c> in place of an entry's number, <c>{name}</c> in place of its name.</param>
/// <param name="Property">The property that holds it; null for an entry that is read from the configuration alone.</param>
/// <param name="ValueType">What its text is read as.</param>
/// <param name="IsLive">Whether a change is heeded while the program runs.</param>
/// <param name="IsSecret">Whether its value is shown to nobody.</param>
public sealed record SettingDefinition(string Key, PropertyInfo? Property, Type ValueType, bool IsLive, bool IsSecret)
{
    /// <summary>In place of an entry's number.</summary>
    public const string Number = "{n}";

    /// <summary>In place of an entry's name.</summary>
    public const string Name = "{name}";

    /// <summary>Whether a key is one of this setting's.</summary>
    public bool Has(string key)
    {
        var own = Key.Split(':');
        var segments = key.Split(':');
        return own.Length == segments.Length && own.Zip(segments).All(pair => Fits(pair.First, pair.Second));
    }

    /// <summary>A value as it is written, masked if it is a secret or an address that may hold one; null where there is none.</summary>
    public string? Show(object? value) => SettingText.Of(value) is not { Length: > 0 } text ? SettingText.Of(value)
        : IsSecret ? SecretAttribute.Mask
        : ValueType == typeof(Uri) ? AddressText.Show(text)
        : text;

    internal static bool Fits(string own, string segment) => own switch
    {
        Number => int.TryParse(segment, out _),
        Name => true,
        _ => own.Equals(segment, StringComparison.OrdinalIgnoreCase),
    };
}
