using System.Globalization;
using System.Net;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Configuration;

/// <summary>Reads typed settings and gathers every fault, so that all can be reported at once.</summary>
/// <param name="source">Where the settings come from, for the messages, such as <c>host.json</c>.</param>
internal sealed class SettingReader(string source)
{
    public const string HostJson = "host.json";

    private readonly List<string> _faults = [];

    public int Integer(IConfigurationSection setting, int defaultValue, int minimum, int maximum)
    {
        if (setting.Value is not { } text)
            return defaultValue;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        return Fault(setting, $"a whole number from {minimum} to {maximum}", defaultValue);
    }

    public TimeSpan Duration(IConfigurationSection setting, TimeSpan defaultValue, TimeSpan minimum, TimeSpan maximum)
    {
        if (setting.Value is not { } text)
            return defaultValue;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        return Fault(setting, $"a time (hh:mm:ss) from {minimum} to {maximum}", defaultValue);
    }

    public T OneOf<T>(IConfigurationSection setting, T defaultValue)
        where T : struct, Enum
    {
        if (setting.Value is not { } text)
            return defaultValue;
        if (!int.TryParse(text, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value))
            return value;
        return Fault(setting, "one of " + string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant(), defaultValue);
    }

    /// <param name="defaultValue">An address; what <c>localhost</c> stands for, too.</param>
    public IPAddress Address(IConfigurationSection setting, string defaultValue)
    {
        var text = setting.Value is not { } value || string.Equals(value, "localhost", StringComparison.OrdinalIgnoreCase) ? defaultValue : value;
        return IPAddress.TryParse(text, out var address) ? address : Fault(setting, "an IP address", IPAddress.Parse(defaultValue));
    }

    /// <exception cref="HostStartException">A setting was not what it must be; the message tells of all of them.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
            throw new HostSettingsException(string.Join(Environment.NewLine, _faults));
    }

    private T Fault<T>(IConfigurationSection setting, string rule, T defaultValue)
    {
        _faults.Add($"{source}: {(source == HostJson ? setting.Path.Replace(':', '.') : setting.Path)} is '{setting.Value}'; it must be {rule}.");
        return defaultValue;
    }
}
