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
    /// Hosts that may be called. <c>api.example.com</c> is that host over https on port 443, <c>api.example.com:8443</c> on that port, <c>*.example.com</c>
    /// every host below example.com but not itself, and <c>http://api.example.com</c> that host over plain http on port 80. Default: none.
    /// </summary>
    /// <remarks>A host that is allowed and yet has an address of a private network, of this machine or of a cloud's metadata is not called.</remarks>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// Whether <c>localhost</c> and loopback addresses may be called, over http and https, on any port: for development and tests. Default: no.
    /// </summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long a call may take, its answer included: 1 s to 5 min, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "must be 00:00:01 to 00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer that is taken, in bytes after decompression: 1 KiB to 16 MiB, default 1 MiB.</summary>
    [Range(1024, 16 * 1024 * 1024, ErrorMessage = "must be 1024 to 16777216")]
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}
