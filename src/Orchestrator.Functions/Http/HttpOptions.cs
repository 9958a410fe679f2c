using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Functions.Http;

/// <summary>Limits of the HTTP API.</summary>
internal sealed class HttpOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Http";

    /// <summary>The largest body of a request, in bytes, 1,024 to 16,777,216. Default: 1,114,112 (an input of 1 MiB and
    /// what goes with it). A larger one is answered with 413.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxBodyBytes { get; set; } = 1_114_112;

    /// <summary>How many JSON containers may lie in each other, 4 to 128. Default: 64. A deeper body is answered with 400.</summary>
    [Range(4, 128)]
    public int MaxJsonDepth { get; set; } = 64;
}
