namespace Orchestrator.History;

/// <summary>What could not be delivered or understood, kept with its reason.</summary>
public sealed record DeadLetter
{
    /// <summary>Where it came from, such as "queue:tasks"; 1–200 characters.</summary>
    public required string Source { get; init; }

    /// <summary>Tells it from others of its source, such as a queue message's id; 1–200 characters.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// When it arrived, such as a message's insertion time: the same at every delivery, so that a second one is the same dead letter.
    /// </summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset DeadAt { get; init; }

    /// <summary>Stable name of the reason in snake_case.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong with it, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Every single fault, if it was read that far.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The text that was to be delivered; at most 256 KiB of UTF-16 are kept.</summary>
    public required string Body { get; init; }

    /// <summary>How often its delivery was tried.</summary>
    public int DeliveryCount { get; init; } = 1;
}
