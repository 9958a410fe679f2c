using Azure;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Storage;
using Embedded.DurableTask.Tests.Simulation.Time;

namespace Embedded.DurableTask.Tests.Simulation.Processes;

/// <summary>A process's way to storage, through all weather.</summary>
internal sealed class ProcessPath(SimulatedProcess process, VirtualClock world, Weather weather, Trace trace) : ICallPath
{
    public object Caller => process;

    public Task<T> CallAsync<T>(string what, bool isWrite, Func<T> apply, CancellationToken cancellationToken)
    {
        process.Context.RequireInside();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var fate = weather.Next();
        var answer = new TaskCompletionSource<T>();
        var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), answer);
        if (fate.IsApplied)
        {
            world.After(fate.Arrives, () => Arrive(what, fate, apply, answer));
        }

        if (fate.Fault is { } fault)
        {
            trace.Write(process.Name, $"{what}: {fault.GetType().Name}{(fate.IsApplied ? ", applied" : "")}");
            world.After(fate.Answers, () => process.Context.Post(_ => answer.TrySetException(fault), null));
        }

        return AnswerAsync(answer, registration);
    }

    private static async Task<T> AnswerAsync<T>(TaskCompletionSource<T> answer, CancellationTokenRegistration registration)
    {
        await using (registration)
        {
            return await answer.Task;
        }
    }

    private void Arrive<T>(string what, Fate fate, Func<T> apply, TaskCompletionSource<T> answer)
    {
        if (process.HasCrashed && !fate.SurvivesCrash)
        {
            return;
        }

        Action tell;
        try
        {
            var result = apply();
            trace.Write(process.Name, what);
            tell = () => answer.TrySetResult(result);
        }
        catch (RequestFailedException refused)
        {
            trace.Write(process.Name, $"{what}: {refused.Status}");
            tell = () => answer.TrySetException(refused);
        }

        if (fate.Fault is null)
        {
            world.After(fate.Answers - fate.Arrives, () => process.Context.Post(_ => tell(), null));
        }
    }
}
