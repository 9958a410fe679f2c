using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Tracing;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.FollowUps;

/// <summary>What a try to call a task's end back came to.</summary>
/// <param name="State">Delivered or Failed; Pending when it is to be tried again.</param>
/// <param name="TryAgainAt">When; null: never.</param>
public sealed record CallbackTry(CallbackState State, DateTimeOffset? TryAgainAt);

/// <summary>Calls the ends of tasks back: the body is the task as the API shows it. What is given up becomes a dead letter.</summary>
public sealed partial class TaskCallbacks
{
    /// <summary>Delays after the tries that failed; after the last one it is given up, some three hours after the first.</summary>
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(1),
    ];

    /// <summary>A receiver that asks to be left alone for longer is asked again all the same.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly ICallbackSender _sender;
    private readonly DeadLetterBin _bin;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskCallbacks> _logger;

    /// <summary>Creates the callbacks.</summary>
    public TaskCallbacks(ICallbackSender sender, DeadLetterBin bin, TimeProvider time, ILogger<TaskCallbacks> logger)
    {
        _sender = sender;
        _bin = bin;
        _time = time;
        _logger = logger;
    }

    /// <summary>Tries once.</summary>
    /// <param name="number">Which try it is, from 1.</param>
    public async Task<CallbackTry> TryAsync(TaskRecord task, int number, CancellationToken cancellationToken)
    {
        var body = BodyOf(task);
        var answer = await SendAsync(task, body, cancellationToken);
        switch (answer)
        {
            case CallbackAnswer.Delivered:
                return new CallbackTry(CallbackState.Delivered, TryAgainAt: null);

            case CallbackAnswer.Failed { IsRetryable: true } failed when number <= Delays.Length:
                LogTryAgain(task.Id, number, failed.Error.Code);
                return new CallbackTry(CallbackState.Pending, _time.GetUtcNow() + DelayAfter(number, failed.RetryAfter));

            case CallbackAnswer.Failed { Error: var error }:
                await BuryAsync(task, error, body, number, cancellationToken);
                return new CallbackTry(CallbackState.Failed, TryAgainAt: null);

            default:
                throw new InvalidOperationException($"A callback cannot come to {answer.GetType()}.");
        }
    }

    /// <summary>Sends the callback of a task once more, whatever came of it before.</summary>
    public Task<CallbackAnswer> SendAgainAsync(TaskRecord task, CancellationToken cancellationToken) =>
        SendAsync(task, BodyOf(task), cancellationToken);

    /// <summary>Removes what is kept of a callback that was given up, as its task is gone.</summary>
    public Task ForgetAsync(TaskRecord task, CancellationToken cancellationToken) =>
        _bin.RemoveAsync(DeadLetterSources.Callback, task.Id.ToString(), task.FinishedAt!.Value, cancellationToken);

    private async Task<CallbackAnswer> SendAsync(TaskRecord task, byte[] body, CancellationToken cancellationToken)
    {
        using var trace = TaskTraces.StartCallback(task);
        var answer = await _sender.SendAsync(task.Callback!.Url, task.Id, body, cancellationToken);
        TaskTraces.EndCallback(trace, answer);
        return answer;
    }

    private static TimeSpan DelayAfter(int number, TimeSpan? asked)
    {
        var delay = Delays[number - 1];
        return asked is not { } wished || wished <= delay ? delay : TimeSpan.FromTicks(Math.Min(wished.Ticks, LongestRetryAfter.Ticks));
    }

    /// <summary>Who submitted it is nothing that another host need know.</summary>
    private static byte[] BodyOf(TaskRecord task) => JsonSerializer.SerializeToUtf8Bytes(TaskView.Of(task) with { SubmittedBy = null }, ApiJson.Api.TaskView);

    private Task BuryAsync(TaskRecord task, TaskError error, byte[] body, int tries, CancellationToken cancellationToken)
    {
        var deadLetter = new DeadLetter
        {
            Source = DeadLetterSources.Callback,
            Id = task.Id.ToString(),
            ArrivedAt = task.FinishedAt!.Value,
            DeadAt = _time.GetUtcNow(),
            Code = error.Code,
            Reason = error.Message,
            Body = System.Text.Encoding.UTF8.GetString(body),
            DeliveryCount = tries,
        };
        return _bin.AddAsync(deadLetter, cancellationToken);
    }

    [LoggerMessage(4710, LogLevel.Information, "The end of task {TaskId} could not be called back at try {Try} ({Code}); it is tried again.")]
    private partial void LogTryAgain(TaskId taskId, int @try, string code);
}
