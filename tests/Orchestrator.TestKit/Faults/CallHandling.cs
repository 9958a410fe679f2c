using Microsoft.AspNetCore.Http;

namespace Orchestrator.TestKit.Faults;

/// <summary>Does to one call what its fault says.</summary>
/// <param name="forward">Has storage do what is asked; may be called more than once.</param>
internal sealed class CallHandling(HttpContext context, StorageCall call, Func<Task<ProxyAnswer>> forward, TimeProvider time)
{
    public Task RunAsync() => call.Fault switch
    {
        null => PassAsync(),
        StorageFault.Delay delay => DelayAsync(delay),
        StorageFault.Answer refusal => StorageErrorAnswer.To(call, refusal.Status, refusal.RetryAfter, refusal.Code).GiveAsync(context),
        StorageFault.Reset => ResetAsync(),
        StorageFault.ApplyThenAnswer failure => ApplyThenAsync(answer => (answer.StatusOf(call) >= 400 ? answer : StorageErrorAnswer.To(call, failure.Status)).GiveAsync(context)),
        StorageFault.ApplyThenReset => ApplyThenAsync(_ => ResetAsync()),
        StorageFault.Truncate => ApplyThenAsync(answer => answer.GiveHalfAsync(context)),
        StorageFault.DeliverTwice => ApplyThenAsync(_ => PassAsync()),
        StorageFault.CallBefore before => CallBeforeAsync(before),
        StorageFault.CallAfter after => CallAfterAsync(after),
        _ => throw new NotSupportedException($"The proxy knows no fault {call.Fault.GetType().Name}."),
    };

    private Task PassAsync() => ApplyThenAsync(answer => answer.GiveAsync(context));

    private async Task ApplyThenAsync(Func<ProxyAnswer, Task> then) => await then(await forward());

    private async Task DelayAsync(StorageFault.Delay delay)
    {
        await Task.Delay(delay.By, time);
        await PassAsync();
    }

    private async Task CallBeforeAsync(StorageFault.CallBefore before)
    {
        await before.Callback(call);
        await (before.Drops ? ResetAsync() : PassAsync());
    }

    private async Task CallAfterAsync(StorageFault.CallAfter after)
    {
        var answer = await forward();
        await after.Callback(call with { Status = answer.StatusOf(call) });
        await (after.Drops ? ResetAsync() : answer.GiveAsync(context));
    }

    private Task ResetAsync()
    {
        ProxyAnswer.Reset(context);
        return Task.CompletedTask;
    }
}
