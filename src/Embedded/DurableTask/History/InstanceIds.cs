using System.Text;

namespace Embedded.DurableTask.History;

/// <summary>Which texts may be ids of orchestration instances.</summary>
internal static class InstanceIds
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 100;

    /// <exception cref="ArgumentException">It is no valid id; the message says why.</exception>
    public static void Validate(string instanceId, string parameterName)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId, parameterName);
        if (instanceId.Length > MaxLength)
        {
            throw new ArgumentException($"Instance IDs have at most {MaxLength} characters; this one has {instanceId.Length}.", parameterName);
        }

        if (instanceId[0] == '@')
        {
            throw new ArgumentException("Instance IDs starting with '@' are reserved for entities, and must not be used for orchestrations.", parameterName);
        }

        // A lone surrogate is read as the replacement character; it could not be stored.
        if (instanceId.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar || "/\\#?".Contains(rune.ToString(), StringComparison.Ordinal)))
        {
            throw new ArgumentException(@"Instance IDs must not contain control characters, unpaired surrogates, nor any of '/', '\', '#' and '?'.", parameterName);
        }
    }
}
