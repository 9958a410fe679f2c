using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.History;

namespace Orchestrator.Functions.DeadLetters;

/// <summary>The one place where something becomes a dead letter: keeps it, counts it and says so.</summary>
public sealed partial class DeadLetterBin(IDeadLetterStore store, OrchestratorMetrics metrics, ILogger<DeadLetterBin> logger)
{
    /// <summary>Keeps a dead letter. One that is there already is neither counted nor logged again.</summary>
    public async Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!await store.AddAsync(letter, cancellationToken))
            return;

        metrics.DeadLetterAdded(letter.Source, letter.Code);
        LogAdded(letter.Id, letter.Source, letter.DeliveryCount, letter.Code);
    }

    /// <summary>Removes the dead letter of what arrived from a source at a time, if there is one.</summary>
    public Task RemoveAsync(string source, string id, DateTimeOffset arrivedAt, CancellationToken cancellationToken) =>
        store.DeleteAsync(source, id, arrivedAt, cancellationToken);

    [LoggerMessage(4720, LogLevel.Warning, "{Id} of {Source} is given up after {Deliveries} tries ({Code}); it is kept as a dead letter.")]
    private partial void LogAdded(string id, string source, int deliveries, string code);
}
