using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Entities;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>Sets tasks going after whoever submitted them has his answer. It lives in memory alone: what a process takes with it is started by the sweep.</summary>
public sealed partial class StartQueue(TaskStarter starter, DurableClientSlot slot, ILogger<StartQueue> logger) : BackgroundService
{
    private const int StartsAtOnce = 32;

    /// <summary>More would only be a longer way to the sweep.</summary>
    private const int Capacity = 20_000;

    private readonly Channel<TaskRecord> _tasks = Channel.CreateBounded<TaskRecord>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has a stored task set going soon.</summary>
    public void Add(TaskRecord task) => _tasks.Writer.TryWrite(task with { Input = null });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = stoppingToken };
        try
        {
            await Parallel.ForEachAsync(_tasks.Reader.ReadAllAsync(stoppingToken), parallel, StartAsync);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async ValueTask StartAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        try
        {
            if (slot.Client is { } client)
                await starter.StartAsync(client, task, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(exception, task.Id);
        }
    }

    [LoggerMessage(4620, LogLevel.Warning, "Task {TaskId} could not be set going now; the sweep will do it.")]
    private partial void LogNotStarted(Exception exception, TaskId taskId);
}
