namespace Orchestrator.Functions.DeadLetters;

/// <summary>What is kept of messages that could not become tasks.</summary>
public sealed class DeadLetterOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:DeadLetters";

    /// <summary>
    /// Whether a message of which nobody knows what in it is secret is <see href="../operations/secrets.md#messages-that-nobody-understands">kept word for
    /// word</see>: one that is no JSON, whose task type is not known, or that has fields which no submission has. Else its values are replaced.
    /// </summary>
    public bool KeepUnknownBodies { get; set; }
}
