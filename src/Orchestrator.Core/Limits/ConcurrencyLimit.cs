namespace Orchestrator.Limits;

/// <summary>How many tasks of a type may be worked on at once, by all processes together.</summary>
/// <remarks>Holds for tasks in flight as soon as it changes: more begin at once, or the next ones wait until fewer are worked on.</remarks>
public sealed record ConcurrencyLimit
{
    /// <summary>The highest limit: a limiter has to hold all that it has given out.</summary>
    public const int Highest = 1_000;

    /// <summary>Longest pointer, in characters.</summary>
    public const int PointerLength = 200;

    /// <summary>Tasks of the type, 1–1,000; null: as many as there are.</summary>
    public int? Limit { get; init; }

    /// <summary>JSON Pointer of the value in the input that <see cref="KeyLimit"/> counts by; null: none.</summary>
    public string? Key { get; init; }

    /// <summary>Tasks of the type with the same value at <see cref="Key"/>, 1–1,000; null: as many as there are. A task whose input has nothing there is not counted by key.</summary>
    public int? KeyLimit { get; init; }
}
