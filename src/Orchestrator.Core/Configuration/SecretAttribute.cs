namespace Orchestrator.Configuration;

/// <summary>Says that a setting's value is shown to nobody: not in messages, not in the log, not by the API.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute
{
    /// <summary>What is shown in its place.</summary>
    public const string Mask = "***";
}
