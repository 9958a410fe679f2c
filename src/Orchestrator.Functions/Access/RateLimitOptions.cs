using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Functions.Access;

/// <summary>How many requests are taken. Each process counts for itself.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:RateLimits";

    /// <summary>Requests a second of one caller (a key, a person, this machine) on the long run.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000")]
    public int PerSecond { get; set; } = 1_000;

    /// <summary>Requests of one caller at once, after a pause.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000")]
    public int Burst { get; set; } = 5_000;

    /// <summary>
    /// Requests of one caller that may be open at once, waiting for a task's end (<c>?wait=</c>) or streaming its events. Each of them costs up to a read of storage a second.
    /// </summary>
    [Range(1, 100_000, ErrorMessage = "must be 1 to 100000")]
    public int OpenWaits { get; set; } = 200;

    /// <summary>Requests a second of all at one address that nobody stands for, be it on open routes or with keys that are refused.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000")]
    public int AnonymousPerSecond { get; set; } = 200;

    /// <summary>The same at once, after a pause.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be 1 to 1000000")]
    public int AnonymousBurst { get; set; } = 1_000;
}
