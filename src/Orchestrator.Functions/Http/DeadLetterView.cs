using Orchestrator.History;

namespace Orchestrator.Functions.Http;

/// <summary>What redriving a dead letter came to.</summary>
/// <param name="Code">Why it is still dead; null when it is not.</param>
/// <param name="Errors">Every single fault; empty in a list.</param>
internal sealed record RedriveView(DateTime At, RedriveOutcome Outcome, string? TaskId, string? Code, string? Reason, IReadOnlyList<Fault> Errors)
{
    public static RedriveView? Of(DeadLetterRedrive? redrive) => redrive is null
        ? null
        : new RedriveView(redrive.At.UtcDateTime, redrive.Outcome, redrive.Task?.ToString(), redrive.Error?.Code, redrive.Error?.Message, redrive.Faults);
}

/// <summary>A dead letter as a list shows it.</summary>
internal sealed record DeadLetterSummaryView
{
    public required string Id { get; init; }

    public required DeadLetterState State { get; init; }

    public required string Source { get; init; }

    /// <summary>What it is called where it comes from: the id of the message, or of the task.</summary>
    public required string OriginId { get; init; }

    public required string Code { get; init; }

    public required string Reason { get; init; }

    public required DateTime ArrivedAt { get; init; }

    public required DateTime DeadAt { get; init; }

    public required int DeliveryCount { get; init; }

    /// <summary>Characters of the body as it came.</summary>
    public required int BodyLength { get; init; }

    /// <summary>Whether less of the body was kept.</summary>
    public required bool BodyTruncated { get; init; }

    /// <summary>Whether values of the body were replaced of which nobody knows whether they are secret.</summary>
    public required bool BodyWithheld { get; init; }

    public required string Preview { get; init; }

    public required int Redrives { get; init; }

    public required RedriveView? Redrive { get; init; }

    public static DeadLetterSummaryView Of(StoredDeadLetter stored) => new()
    {
        Id = stored.Id.ToString(),
        State = stored.Letter.State,
        Source = stored.Letter.Source,
        OriginId = stored.Letter.Id,
        Code = stored.Letter.Code,
        Reason = stored.Letter.Reason,
        ArrivedAt = stored.Letter.ArrivedAt.UtcDateTime,
        DeadAt = stored.Letter.DeadAt.UtcDateTime,
        DeliveryCount = stored.Letter.DeliveryCount,
        BodyLength = stored.Letter.BodyLength,
        BodyTruncated = stored.Letter.BodyTruncated,
        BodyWithheld = stored.Letter.BodyWithheld,
        Preview = stored.Preview,
        Redrives = stored.Letter.Redrives,
        Redrive = RedriveView.Of(stored.Letter.Redrive),
    };
}

/// <summary>A page of dead letters.</summary>
internal sealed record DeadLetterListView(IReadOnlyList<DeadLetterSummaryView> DeadLetters, string? ContinuationToken);

/// <summary>A dead letter with all that is known of it.</summary>
internal sealed record DeadLetterView
{
    public required string Id { get; init; }

    public required DeadLetterState State { get; init; }

    public required string Source { get; init; }

    /// <summary>What it is called where it comes from: the id of the message, or of the task.</summary>
    public required string OriginId { get; init; }

    public required string Code { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<Fault> Errors { get; init; }

    public required DateTime ArrivedAt { get; init; }

    public required DateTime DeadAt { get; init; }

    public required int DeliveryCount { get; init; }

    /// <summary>Characters of the body as it came.</summary>
    public required int BodyLength { get; init; }

    /// <summary>Whether less of the body was kept.</summary>
    public required bool BodyTruncated { get; init; }

    /// <summary>Whether values of the body were replaced of which nobody knows whether they are secret.</summary>
    public required bool BodyWithheld { get; init; }

    /// <summary>The body as text, or what was kept of it.</summary>
    public required string Body { get; init; }

    public required int Redrives { get; init; }

    public required RedriveView? Redrive { get; init; }

    public static DeadLetterView Of(StoredDeadLetter stored) => new()
    {
        Id = stored.Id.ToString(),
        State = stored.Letter.State,
        Source = stored.Letter.Source,
        OriginId = stored.Letter.Id,
        Code = stored.Letter.Code,
        Reason = stored.Letter.Reason,
        Errors = stored.Letter.Faults,
        ArrivedAt = stored.Letter.ArrivedAt.UtcDateTime,
        DeadAt = stored.Letter.DeadAt.UtcDateTime,
        DeliveryCount = stored.Letter.DeliveryCount,
        BodyLength = stored.Letter.BodyLength,
        BodyTruncated = stored.Letter.BodyTruncated,
        BodyWithheld = stored.Letter.BodyWithheld,
        Body = stored.Letter.Body,
        Redrives = stored.Letter.Redrives,
        Redrive = RedriveView.Of(stored.Letter.Redrive),
    };
}
