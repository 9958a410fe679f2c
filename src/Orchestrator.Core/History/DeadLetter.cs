namespace Orchestrator.History;

/// <summary>Whether a dead letter is still to be seen to.</summary>
public enum DeadLetterState
{
    /// <summary>What it is about is not done.</summary>
    Dead = 0,

    /// <summary>It was redriven with success, and is kept to be looked at.</summary>
    Redriven = 1,
}

/// <summary>What could not be delivered or understood, kept with its reason.</summary>
public sealed record DeadLetter
{
    /// <summary>Source of the ends of tasks that could not be called back. Its letters have the task's id, and arrived when the task ended.</summary>
    public const string CallbackSource = "callback";

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

    /// <summary>The text that was to be delivered, without what is masked; at most 131,072 characters (256 KiB of UTF-16) are kept. Empty in a list.</summary>
    public required string Body { get; init; }

    /// <summary>Characters of the text that was to be delivered.</summary>
    public int BodyLength { get; init; }

    /// <summary>Whether less of the text was kept than it had.</summary>
    public bool BodyTruncated { get; init; }

    /// <summary>Whether values of the text were replaced of which nobody knows whether they are secret: it is not what was to be delivered.</summary>
    public bool BodyWithheld { get; init; }

    /// <summary>How often its delivery was tried.</summary>
    public int DeliveryCount { get; init; } = 1;

    /// <summary>How often it was redriven.</summary>
    public int Redrives { get; init; }

    /// <summary>The last time it was redriven, or the time it was with success; null: never.</summary>
    public DeadLetterRedrive? Redrive { get; init; }

    /// <summary>Whether it is still to be seen to.</summary>
    public DeadLetterState State => Redrive is { IsSuccess: true } ? DeadLetterState.Redriven : DeadLetterState.Dead;

    /// <summary>The letter after another redrive. A success stays: whoever failed at the same time has only come too late.</summary>
    public DeadLetter With(DeadLetterRedrive redrive) =>
        this with { Redrives = Redrives + 1, Redrive = State == DeadLetterState.Redriven ? Redrive : redrive };
}
