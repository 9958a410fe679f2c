using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of the log's levels.</summary>
public sealed class LoggingFunctions(LogLevels levels, LogLevelKeeper keeper, IOptionsMonitor<LoggerFilterOptions> filters, IOptionsMonitor<HttpOptions> http, TimeProvider time)
{
    private const int MaxJsonDepth = 4;
    private const int MaxCategory = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>The levels of the settings, and those that were set over them.</summary>
    [Function(nameof(GetLogLevels))]
    public IActionResult GetLogLevels([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "logging")] HttpRequest request) => Answer();

    /// <summary>Sets the level of a category, for all processes of the app, for good or for a while.</summary>
    [Function(nameof(SetLogLevel))]
    public async Task<IActionResult> SetLogLevel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "logging/{category}")] HttpRequest request, string category, CancellationToken cancellationToken)
    {
        Check(category);
        var (level, wait) = Read(await RequestBody.ReadAsync(request, http.CurrentValue.MaxBodyBytes, cancellationToken));
        AuditTrail.Of(request).Changed("level", LevelOf(category), level.ToString()).Changed("for", null, wait is { } told ? Durations.ToText(told) : "good");
        await keeper.SetAsync(new LevelOverride(category, level.ToString(), wait is { } duration ? time.GetUtcNow() + duration : null), cancellationToken);
        return Answer();
    }

    /// <summary>Has the settings hold again for a category.</summary>
    [Function(nameof(ResetLogLevel))]
    public async Task<IActionResult> ResetLogLevel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "logging/{category}")] HttpRequest request, string category, CancellationToken cancellationToken)
    {
        Check(category);
        AuditTrail.Of(request).Changed("level", LevelOf(category), null);
        await keeper.RemoveAsync(category, cancellationToken);
        return Answer();
    }

    private string? LevelOf(string category) => levels.List().FirstOrDefault(level => level.Category.Equals(category, StringComparison.OrdinalIgnoreCase))?.Level;

    private JsonAnswer<LogLevelsView> Answer()
    {
        var set = levels.List();
        var ours = set.Select(level => level.Category).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var settings = filters.CurrentValue.Rules
            .Where(rule => rule is { ProviderName: null, LogLevel: not null } && !ours.Contains(rule.CategoryName ?? LevelOverride.Default))
            .GroupBy(rule => rule.CategoryName ?? LevelOverride.Default, StringComparer.OrdinalIgnoreCase)
            .Select(rules => new LogLevelView(rules.Key, rules.Last().LogLevel!.Value.ToString(), Until: null, IsSet: false));
        return new JsonAnswer<LogLevelsView>(
            new LogLevelsView([.. settings.Concat(set.Select(level => new LogLevelView(level.Category, level.Level, level.Until, IsSet: true))).OrderBy(level => level.Category, StringComparer.Ordinal)]),
            ApiJson.Api.LogLevelsView);
    }

    /// <summary>It becomes a key of storage and stands in the log.</summary>
    private static void Check(string category)
    {
        if (category.Length > MaxCategory || !category.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '+' or '`'))
            throw Refuse("", $"The category must be 1 to {MaxCategory} letters, digits, '.', '_', '-', '+' and '`', such as Orchestrator.Functions.Activities, or {LevelOverride.Default}.");
    }

    private static (LogLevel Level, TimeSpan? For) Read(ReadOnlyMemory<byte> body)
    {
        var faults = StrictJson.Check(body.Span, MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));
        var root = JsonElement.Parse(body.Span);
        if (root.ValueKind != JsonValueKind.Object)
            throw Refuse("", "The body must be a JSON object with the field 'level', and 'for' if it is for a while.");
        if (root.EnumerateObject().FirstOrDefault(property => property.Name is not ("level" or "for")) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            throw Refuse(JsonPointer.Join("", other.Name), "There is no such field. The fields are: level, for.");
        if (!root.TryGetProperty("level", out var name) || name.ValueKind != JsonValueKind.String || !Enum.GetNames<LogLevel>().Contains(name.GetString(), StringComparer.OrdinalIgnoreCase))
            throw Refuse("/level", $"It must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        var level = Enum.Parse<LogLevel>(name.GetString()!, ignoreCase: true);
        if (!root.TryGetProperty("for", out var wait) || wait.ValueKind == JsonValueKind.Null)
            return (level, null);
        return wait.ValueKind == JsonValueKind.String && Durations.TryParse(wait.GetString(), out var duration) && duration > TimeSpan.Zero && duration <= Longest
            ? (level, duration)
            : throw Refuse("/for", $"It must be {Durations.Form}, more than 0 and at most 7 days.");
    }

    private static ProblemException Refuse(string pointer, string message) => new(KnownProblems.InvalidLogLevel([new Fault(pointer, message)]));
}

/// <summary>The level of a category of the log.</summary>
/// <param name="Category">Its loggers and those below it.</param>
/// <param name="Level">The least level that is logged.</param>
/// <param name="Until">When the settings hold again; null: not by itself.</param>
/// <param name="IsSet">Whether it was set while the app runs; else the settings say it.</param>
internal sealed record LogLevelView(string Category, string Level, DateTimeOffset? Until, bool IsSet);

/// <summary>The levels of the log.</summary>
/// <param name="Levels">By category; the longest that fits counts.</param>
internal sealed record LogLevelsView(IReadOnlyList<LogLevelView> Levels);
