namespace Orchestrator.Cli.Api;

/// <summary>What the app says of itself.</summary>
internal sealed record HealthView
{
    public required string Status { get; init; }
    public IReadOnlyDictionary<string, HealthCheck> Checks { get; init; } = new Dictionary<string, HealthCheck>();

    public bool IsHealthy => Status == "Healthy";

    public override string ToString() =>
        string.Join("; ", [Status, .. Checks.Where(check => check.Value.Status != "Healthy").Select(check => $"{check.Key}: {check.Value.Detail}")]);
}

internal sealed record HealthCheck(string Status, string? Detail);
