using Embedded.Functions.Configuration;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Timers;

/// <summary>Timer functions: one <see cref="TimerLoop"/> each.</summary>
internal sealed class TimerTriggers(IConfiguration configuration, ITimerStatusStore store, TimeProvider clock, ILogger<TimerLoop> logger)
    : ITriggerExtension, IDisposable
{
    /// <summary>Timers that run more often keep no status, as on the real platform.</summary>
    private static readonly TimeSpan DensestMonitored = TimeSpan.FromMinutes(1);

    private readonly List<TimerLoop> _loops = [];

    public bool Handles(Attribute triggerAttribute) => triggerAttribute is TimerTriggerAttribute;

    public void Add(TriggeredFunction function)
    {
        var trigger = (TimerTriggerAttribute)function.TriggerAttribute;
        if (function.TriggerParameter.ParameterType != typeof(TimerInfo))
        {
            throw new FunctionBindingException(function.Name,
                $"its trigger parameter '{function.TriggerParameter.Name}' is of type {function.TriggerParameter.ParameterType.Name}; a timer trigger gives a TimerInfo.");
        }

        var expression = SettingExpression.Resolve(configuration, trigger.Schedule, out var missing);
        if (missing is not null)
            throw new FunctionBindingException(function.Name, $"its schedule '{trigger.Schedule}' names the setting '{missing}', which is not there.");
        var schedule = TimerSchedule.Parse(expression, out var fault)
            ?? throw new FunctionBindingException(function.Name, $"its schedule '{expression}' cannot be read: {fault}.");
        var monitored = trigger.UseMonitor && !schedule.IsDenserThan(DensestMonitored, clock.GetUtcNow());
        _loops.Add(new TimerLoop(function, schedule, trigger.RunOnStartup, monitored ? store : null, clock, logger));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(_loops.Select(loop => loop.StartAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_loops.Select(loop => loop.StopAsync(cancellationToken)));

    public void Dispose() => _loops.ForEach(loop => loop.Dispose());
}
