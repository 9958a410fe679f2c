using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Http;

/// <summary>Limits of the HTTP API.</summary>
public sealed class HttpOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Http";

    /// <summary>The largest body of a request, in bytes: an input of 4 MiB and what goes with it. A larger one is answered with 413.</summary>
    [Live]
    [Range(1_024, 16_777_216, ErrorMessage = "must be 1024 to 16777216")]
    public int MaxBodyBytes { get; set; } = 4_259_840;

    /// <summary>The largest body of a batch of tasks, in bytes. A larger one is answered with 413.</summary>
    [Live]
    [Range(1_024, 104_857_600, ErrorMessage = "must be 1024 to 104857600")]
    public int MaxBatchBytes { get; set; } = 16_777_216;

    /// <summary>
    /// How long the body of a request may take to arrive; a slower one is answered with 408. On the embedded platform it must also come at 240 bytes a second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "must be 00:00:01 to 00:10:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
