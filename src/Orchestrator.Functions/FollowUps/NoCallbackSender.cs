using Orchestrator.Tasks;

namespace Orchestrator.Functions.FollowUps;

/// <summary>Where nothing can send callbacks: a task that wants one is refused.</summary>
internal sealed class NoCallbackSender : ICallbackSender
{
    public string FindFault(string url) => "Callbacks are not configured here.";

    public Task<CallbackAnswer> SendAsync(string url, TaskId task, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        Task.FromResult<CallbackAnswer>(new CallbackAnswer.Failed(new TaskError("callbacks_not_configured", "Callbacks are not configured here."), IsRetryable: false));
}
