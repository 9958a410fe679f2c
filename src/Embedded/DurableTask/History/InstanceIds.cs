using System.Text;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.History;

/// <summary>Which texts may be ids of orchestration instances.</summary>
internal static class InstanceIds
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 100;

    /// <summary>The longest key of an entity, in characters.</summary>
    public const int MaxEntityKeyLength = 500;

    /// <summary>Checks the id of an entity, whose key may hold what an instance id may not, but must be storable.</summary>
    /// <exception cref="ArgumentException">It is no valid id; the message says why.</exception>
    public static void Validate(EntityInstanceId id, string parameterName)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(id, default, parameterName);
        if (id.Key.Length > MaxEntityKeyLength)
        {
            throw new ArgumentException($"Entity keys have at most {MaxEntityKeyLength} characters; this one has {id.Key.Length}.", parameterName);
        }

        if (id.ToString().EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar))
        {
            throw new ArgumentException("Entity ids must not contain control characters or unpaired surrogates.", parameterName);
        }
    }

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
