using Embedded.Functions.Extensibility;
using Embedded.Functions.Http;
using Embedded.Functions.Queues;
using Embedded.Functions.Timers;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Starts and stops the triggers in such an order that whoever reaches a function finds everything up that it may call:
/// extensions first, then queues and timers, HTTP last. The other way round when the host stops.
/// </summary>
internal sealed class TriggerListeners(IEnumerable<ITriggerExtension> triggers)
{
    private readonly ITriggerExtension[][] _stages =
        [.. triggers.GroupBy(Stage).OrderBy(stage => stage.Key).Select(stage => stage.ToArray())];

    private readonly Stack<ITriggerExtension> _started = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var trigger in _stages.SelectMany(stage => stage))
        {
            // Also one whose start fails half-way is stopped.
            _started.Push(trigger);
            await trigger.StartAsync(cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var started = _started.ToArray();
        _started.Clear();
        var faults = new List<Exception>();
        await StopAllAsync(started.Where(trigger => Stage(trigger) > 0), faults, cancellationToken);
        await StopAllAsync(started.Where(trigger => Stage(trigger) == 0), faults, cancellationToken);
        if (faults.Count > 0)
            throw new AggregateException(faults);
    }

    private static async Task StopAllAsync(IEnumerable<ITriggerExtension> triggers, List<Exception> faults, CancellationToken cancellationToken)
    {
        var stopping = Task.WhenAll(triggers.Select(trigger => trigger.StopAsync(cancellationToken)));
        await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.Exception is { } fault)
            faults.AddRange(fault.InnerExceptions);
    }

    private static int Stage(ITriggerExtension trigger) => trigger switch
    {
        HttpTriggers => 2,
        QueueTriggers or TimerTriggers => 1,
        _ => 0,
    };
}
