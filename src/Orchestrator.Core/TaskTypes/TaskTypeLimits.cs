namespace Orchestrator.TaskTypes;

/// <summary>Bounds on what a definition of a task type may hold.</summary>
public static class TaskTypeLimits
{
    /// <summary>Longest description, in characters.</summary>
    public const int DescriptionLength = 2_000;

    /// <summary>Longest name of who answers for a type, in characters.</summary>
    public const int OwnerLength = 200;

    /// <summary>Largest default input, in bytes of UTF-8.</summary>
    public const int DefaultInputBytes = 64 * 1024;

    /// <summary>Most codes of errors in a list.</summary>
    public const int ErrorCodes = 50;

    /// <summary>Most masked fields.</summary>
    public const int MaskedFields = 50;

    /// <summary>Longest pointer to a masked field, in characters.</summary>
    public const int MaskedFieldLength = 200;
}
