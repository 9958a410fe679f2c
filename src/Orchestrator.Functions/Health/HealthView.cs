namespace Orchestrator.Functions.Health;

/// <summary>How the app is.</summary>
internal enum HealthStatus
{
    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It cannot take or do tasks at the moment.</summary>
    Unhealthy,
}

/// <summary>How one thing is that the app depends on.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Code">Stable name of what is wrong; null when all is well.</param>
/// <param name="Detail">The same in words; null when all is well.</param>
internal sealed record HealthCheckView(HealthStatus Status, string? Code, string? Detail)
{
    public static HealthCheckView Healthy { get; } = new(HealthStatus.Healthy, null, null);
}

/// <summary>The answer of the health routes.</summary>
/// <param name="Status">Healthy when every check is.</param>
/// <param name="Checks">By name.</param>
/// <param name="Version">Of this app.</param>
internal sealed record HealthView(HealthStatus Status, IReadOnlyDictionary<string, HealthCheckView> Checks, string Version);
