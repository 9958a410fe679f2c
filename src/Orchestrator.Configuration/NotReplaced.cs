namespace Orchestrator.Configuration;

/// <summary>Finds references of the platform that stand where their value should.</summary>
internal static class NotReplaced
{
    /// <summary>What is wrong with a value, with key and what to do; null when nothing is, there is no such setting, or it is looked at when it is asked for: a secret by name.</summary>
    public static string? Find(SettingsSection section, string key, string value) =>
        PlatformReference.Is(value) && section.Find(key) is { Property: not null } ? $"{key} is a reference that {PlatformReference.Cure}." : null;
}
