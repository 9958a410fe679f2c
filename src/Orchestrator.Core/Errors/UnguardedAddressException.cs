using System.Net;

namespace Orchestrator.Errors;

/// <summary>The app would listen where others can reach it, though there is no key; it must not start.</summary>
public sealed class UnguardedAddressException : OrchestratorException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="setting">The setting that names the address.</param>
    /// <param name="address">The address.</param>
    /// <param name="section">The settings that say who may call.</param>
    public UnguardedAddressException(string setting, IPAddress address, string section)
        : base(
            "unguarded_address",
            isRetryable: false,
            $"{setting} is {address}, where others can reach the app, but there is no API key. Set {section}:Keys:NAME:Key and {section}:Keys:NAME:Role, or listen on 127.0.0.1.") =>
        Address = address;

    /// <summary>The address.</summary>
    public IPAddress Address { get; }
}
