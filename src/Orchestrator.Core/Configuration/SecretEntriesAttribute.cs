namespace Orchestrator.Configuration;

/// <summary>Says that every other key of a section is a secret by its name.</summary>
/// <param name="description">What it is, for the reference.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SecretEntriesAttribute(string description) : Attribute
{
    /// <summary>What such an entry is.</summary>
    public string Description { get; } = description;
}
