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
    /// The secret that signs callbacks, at least 32 characters, of which the UTF-8 bytes are the key, or a <see href="../operations/secrets.md#secrets-by-name">reference</see>
    /// to it, <c>secret:NAME</c>; receivers have it too. Without it there are no callbacks, and tasks with one are refused. A delivery is signed with the key of its own time.
    /// </summary>
    [Live]
    [Secret]
    public string? SigningKey { get; set; }
}
