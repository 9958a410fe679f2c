using Orchestrator.Configuration;

namespace Orchestrator.Agents.Callbacks;

/// <summary>How callers are told of the end of their tasks.</summary>
public sealed class CallbackOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Callbacks";

    /// <summary>Fewest characters of a key.</summary>
    public const int MinKeyLength = 32;

    /// <summary>
    /// Signs callbacks; whoever receives them has it too. At least 32 characters, used as their UTF-8 bytes. Default: none, and tasks with a callback are refused.
    /// </summary>
    /// <remarks>A delivery is signed with the key of its own time, also for tasks that were submitted before it was changed.</remarks>
    [Live]
    [Secret]
    public string? SigningKey { get; set; }
}
