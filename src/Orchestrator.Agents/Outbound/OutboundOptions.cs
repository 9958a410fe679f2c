using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Agents.Outbound;

/// <summary>
/// Whom the program may call. Whoever may submit a task chooses its addresses, so nothing is allowed that is not named here.
/// </summary>
public sealed class OutboundOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Outbound";

    /// <summary>
    /// A host that may be called; see below. One that is allowed and yet has an address of a private network, of this machine or of a cloud's metadata is not
    /// called.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Whether <c>localhost</c> and loopback addresses may be called, over http and https, on any port: for development and tests.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long a call may take, its answer included.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "must be 00:00:01 to 00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer that is taken, in bytes after decompression.</summary>
    [Range(1024, 16 * 1024 * 1024, ErrorMessage = "must be 1024 to 16777216")]
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}
