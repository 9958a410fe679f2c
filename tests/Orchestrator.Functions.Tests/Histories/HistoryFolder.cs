using System.Text.Json.Nodes;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>The recorded histories, a file each, and the hub's name in <c>host.json</c>.</summary>
internal sealed class HistoryFolder(string path, string hub)
{
    /// <summary>Set to 1 it has histories recorded anew.</summary>
    public const string Variable = "ORCHESTRATOR_RECORD_HISTORIES";

    public static readonly string Command = $"{Variable}=1 dotnet test tests/Orchestrator.Functions.Tests --filter {nameof(RecordedHistoriesTests)}";

    private const string Extension = ".json";

    /// <summary>Those of the repository.</summary>
    public static HistoryFolder Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no repository.");
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "host.json")))!;
        return new(
            Path.Combine(folder.FullName, "tests", "Orchestrator.Functions.Tests", "Histories", "Recorded"),
            host["extensions"]!["durableTask"]!["hubName"]!.GetValue<string>());
    }

    /// <summary>The task hub of the present release.</summary>
    public string Hub => hub;

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(path)
        ? [.. Directory.GetFiles(path, $"*{Extension}").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    public History Read(string name) => History.Parse(File.ReadAllText(PathOf(name)));

    /// <summary>Why a recorded history and the present release do not go together, and what to do; null: they do.</summary>
    public string? FindFault(string name)
    {
        var history = Read(name);
        if (history.Hub != hub)
            return $"History {name} was recorded under hub '{history.Hub}', and host.json names '{hub}'. Record anew: {Command}";
        return HistoryPlayer.FindDifference(history, Scenario.CodeOf(history.Orchestrator)) is { } difference
            ? $"History {name} no longer replays: {difference}. Orchestrations that are under way would fail. "
                + $"Raise hubName in host.json ('{hub}' names the hub that these histories are of), and record anew: {Command}"
            : null;
    }

    /// <summary>Records what there is no history of, or one of another hub only, and removes those without a scenario.</summary>
    /// <exception cref="InvalidOperationException">One of this hub would become another.</exception>
    public void Record(IReadOnlyList<Scenario> scenarios)
    {
        Directory.CreateDirectory(path);
        string[] kept = [.. Names.Where(name => Read(name).Hub == hub)];
        string[] lost = [.. kept.Except(scenarios.Select(scenario => scenario.Name)).Concat(kept.Where(name => FindFault(name) is not null)).Distinct()];
        if (lost.Length > 0)
        {
            throw new InvalidOperationException(
                $"Recorded under hub '{hub}' already, and not as the code does it now: {string.Join(", ", lost)}. Nothing is recorded. Raise hubName in host.json first; "
                + "of a hub that was never deployed, delete the files instead.");
        }

        foreach (var name in Names.Except(kept))
            File.Delete(PathOf(name));
        foreach (var scenario in scenarios.ExceptBy(kept, scenario => scenario.Name))
            File.WriteAllText(PathOf(scenario.Name), scenario.Record(hub).ToString());
    }

    private string PathOf(string name) => Path.Combine(path, name + Extension);
}
