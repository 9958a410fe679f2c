using System.Globalization;
using System.Reflection;
using System.Text;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging;
using Orchestrator.Agents;
using Orchestrator.Configuration;
using Orchestrator.Functions.Startup;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Tests.Documentation;

/// <summary>
/// Holds docs/reference/log-events.md against the code: ids, levels, loggers and texts are the code's; what to do is written by hand in the last column, and stays.
/// </summary>
public sealed class LogEventsReferenceTests
{
    private static readonly (string Part, Assembly[] Assemblies)[] Parts =
    [
        ("app", [typeof(SettingsSection).Assembly, typeof(StorageOptions).Assembly, typeof(AgentsOptions).Assembly, typeof(StartCheck).Assembly]),
        ("platform", [typeof(HostStartException).Assembly, Assembly.Load("Embedded.DurableTask")]),
    ];

    [Fact]
    public void Events_OfAppAndPlatform_HaveIdsOfTheirOwn()
    {
        var shared = Parts.SelectMany(part => EventsOf(part.Assemblies)).GroupBy(entry => entry.Event.EventId).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(entry => entry.Logger))}");

        Assert.Equal([], shared);
    }

    [Fact]
    public void Page_AgainstTheCode_SaysTheSame()
    {
        var page = new DocumentedPage("log-events.md", nameof(LogEventsReferenceTests));
        var advice = page.Before.Split('\n').Select(line => line.Split(" | ")).Where(cells => cells.Length >= 5 && int.TryParse(cells[0].TrimStart('|', ' '), out _))
            .GroupBy(cells => int.Parse(cells[0].TrimStart('|', ' '), CultureInfo.InvariantCulture), cells => cells[^1].TrimEnd('|', ' '))
            .ToDictionary(rows => rows.Key, rows => rows.MaxBy(text => text.Length)!);

        foreach (var (part, assemblies) in Parts)
            page.Replace(part, Table(EventsOf(assemblies), advice));
        page.AssertUpToDate();
        Assert.Equal([], Parts.SelectMany(part => EventsOf(part.Assemblies)).Where(entry => entry.Event.Level >= LogLevel.Warning && advice.GetValueOrDefault(entry.Event.EventId, "").Length == 0)
            .Select(entry => $"Event {entry.Event.EventId} is a {entry.Event.Level}: say what to do in the last column of docs/reference/log-events.md."));
    }

    private static IReadOnlyList<(LoggerMessageAttribute Event, string Logger)> EventsOf(Assembly[] assemblies) =>
    [
        .. from assembly in assemblies
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           let entry = method.GetCustomAttribute<LoggerMessageAttribute>()
           where entry is not null
           orderby entry.EventId
           select (entry, NameOf(type)),
    ];

    /// <summary>What is logged by extension methods is said by the class that they are for.</summary>
    private static string NameOf(Type type) => type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Log", StringComparison.Ordinal) ? type.Name[..^3] : type.Name.Split('`')[0];

    private static string Table(IEnumerable<(LoggerMessageAttribute Event, string Logger)> events, Dictionary<int, string> advice)
    {
        var table = new StringBuilder("| Id | Level | From | Text | What to do |\n|---|---|---|---|---|\n");
        foreach (var (entry, logger) in events)
            table.Append(CultureInfo.InvariantCulture, $"| {entry.EventId} | {entry.Level} | {logger} | {entry.Message!.Replace("|", @"\|", StringComparison.Ordinal)} | {advice.GetValueOrDefault(entry.EventId, "")} |\n");
        return table.ToString();
    }
}
