using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hosting;

/// <summary>What <c>host.json</c> says below <c>extensions.durableTask</c>, and what tests add to it.</summary>
internal sealed class DurableTaskOptions
{
    public const string SectionName = "durableTask";

    /// <summary>The name of the task hub: 3 to 45 letters and digits, a letter first; tables are named after it.</summary>
    /// <remarks>Another name is another hub: what is in flight stays in the old one.</remarks>
    public string HubName { get; set; } = "TaskHub";

    /// <summary>Where the hub lies.</summary>
    public StorageProviderOptions StorageProvider { get; set; } = new();

    /// <summary>How many activities run at the same time; 1 to 10,000.</summary>
    public int MaxConcurrentActivityFunctions { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>How many orchestrations run a turn at the same time; 1 to 10,000.</summary>
    public int MaxConcurrentOrchestratorFunctions { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>How many entities run operations at the same time; 1 to 10,000.</summary>
    public int MaxConcurrentEntityFunctions { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>How many orchestrations are kept in memory between their turns; 0 to 1,000,000, 0 to replay on every turn.</summary>
    public int SessionCapacity { get; set; } = 1000;

    /// <summary>After how many changes the state is written down, so that a start has no more than these to read again; 1 to 10,000,000.</summary>
    public int CheckpointRecords { get; set; } = 10_000;

    /// <summary>Whether a cancelled wait for an external event still takes the next one, which is then lost; so the real platform does.</summary>
    public bool AbandonedWaitsTakeEvents { get; set; }

    /// <summary>Whether to take the hub from an owner that may still be alive, without watching it. Set for one start, not in <c>host.json</c>.</summary>
    public bool TakeOver { get; set; }

    /// <summary>What is wrong, a sentence for each fault; empty when all is well.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (HubName is not { Length: >= 3 and <= 45 } || !char.IsAsciiLetter(HubName[0]) || !HubName.All(char.IsAsciiLetterOrDigit))
        {
            faults.Add($"{Key(nameof(HubName))} is '{HubName}'; it must be 3 to 45 letters and digits, a letter first.");
        }

        AddIfOutside(faults, nameof(MaxConcurrentActivityFunctions), MaxConcurrentActivityFunctions, 1, 10_000);
        AddIfOutside(faults, nameof(MaxConcurrentOrchestratorFunctions), MaxConcurrentOrchestratorFunctions, 1, 10_000);
        AddIfOutside(faults, nameof(MaxConcurrentEntityFunctions), MaxConcurrentEntityFunctions, 1, 10_000);
        AddIfOutside(faults, nameof(SessionCapacity), SessionCapacity, 0, 1_000_000);
        AddIfOutside(faults, nameof(CheckpointRecords), CheckpointRecords, 1, 10_000_000);
        return faults;
    }

    /// <exception cref="HostSettingsException">Something is wrong.</exception>
    public void ThrowIfFaulty()
    {
        if (FindFaults() is { Count: > 0 } faults)
            throw new HostSettingsException(string.Join(Environment.NewLine, faults));
    }

    private static void AddIfOutside(List<string> faults, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{Key(name)} is {value}; it must be {least:N0} to {most:N0}.");
        }
    }

    private static string Key(string name) => $"host.json extensions.{SectionName}.{char.ToLowerInvariant(name[0])}{name[1..]}";
}

/// <summary>What <c>host.json</c> says below <c>extensions.durableTask.storageProvider</c>, as far as it says anything to this platform.</summary>
internal sealed class StorageProviderOptions
{
    /// <summary>Names the setting of the storage account, a connection string or an account by identity. Where there is no such setting, that of everything else is taken.</summary>
    public string ConnectionName { get; set; } = "AzureWebJobsStorage";
}
