using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Queues;

/// <summary>
/// Takes messages of one queue: a batch whenever no more than the threshold are being worked on, so at most batch size plus
/// threshold at once; with growing pauses while the queue is empty.
/// </summary>
internal sealed partial class QueueListener(
    QueueClient queue, MessageProcessor processor, QueueSettings settings, QueueSignals signals, IdleBackoff backoff, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _working = [];
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(ListenAsync);

    /// <summary>Takes nothing new, and returns when what is being worked on has ended or the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_working).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    private async Task ListenAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                if (await TakeAsync())
                    backoff.Reset();
                else if (await signals.WaitAsync(queue.Uri, backoff.Next(), clock, _stop.Token))
                    backoff.Reset();
                await WaitForRoomAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <returns>Whether there were messages.</returns>
    private async Task<bool> TakeAsync()
    {
        QueueMessage[] messages;
        try
        {
            // Not with the stop's token: what storage has hidden for us already must be worked on, not forgotten.
            messages = await queue.ReceiveMessagesAsync(settings.BatchSize, settings.Lease);
        }
        catch (Exception fault)
        {
            LogReceiveFailed(logger, queue.Name, fault.Message);
            return false;
        }

        foreach (var message in messages)
            _working.Add(Task.Run(() => processor.ProcessAsync(message)));
        return messages.Length > 0;
    }

    private async Task WaitForRoomAsync()
    {
        _working.RemoveWhere(task => task.IsCompleted);
        while (_working.Count > settings.NewBatchThreshold)
        {
            await Task.WhenAny(_working).WaitAsync(_stop.Token);
            _working.RemoveWhere(task => task.IsCompleted);
        }
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "The queue '{Queue}' could not be read; trying again: {Reason}")]
    private static partial void LogReceiveFailed(ILogger logger, string queue, string reason);
}
