using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Api;

/// <summary>A task to submit.</summary>
/// <param name="IdempotencyKey">The same key again gives the same task, so that a lost answer may be asked for again.</param>
internal sealed record NewTask(string Type, JsonNode Input, string Title, string IdempotencyKey);
