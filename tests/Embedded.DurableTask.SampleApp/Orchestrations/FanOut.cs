using Embedded.DurableTask.SampleApp.Activities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.SampleApp.Orchestrations;

/// <summary>Input of <see cref="FanOut.Nests"/>.</summary>
/// <param name="Depth">How many levels of orchestrations; 1 or more.</param>
/// <param name="Width">How many children each has; on the last level these are activities.</param>
/// <param name="First">The number of the first activity.</param>
public sealed record NestInput(int Depth, int Width, int First);

public static class FanOut
{
    /// <summary>Squares 0, 1, …, as many as the input says, all at once.</summary>
    /// <returns>The squares in the order of the numbers.</returns>
    [Function(nameof(Squares))]
    public static Task<int[]> Squares([OrchestrationTrigger] TaskOrchestrationContext context) => SquareAsync(context, 0, context.GetInput<int>());

    /// <summary>The same through levels of orchestrations, each of which starts the next.</summary>
    [Function(nameof(Nests))]
    public static async Task<int[]> Nests([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<NestInput>()!;
        if (input.Depth == 1)
            return await SquareAsync(context, input.First, input.Width);

        var below = (int)Math.Pow(input.Width, input.Depth - 1);
        var parts = await Task.WhenAll(Enumerable.Range(0, input.Width).Select(child =>
            context.CallSubOrchestratorAsync<int[]>(nameof(Nests), new NestInput(input.Depth - 1, input.Width, input.First + (child * below)))));
        return [.. parts.SelectMany(part => part)];
    }

    private static Task<int[]> SquareAsync(TaskOrchestrationContext context, int first, int count) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(number => context.CallActivityAsync<int>(nameof(SquareActivity.Square), number)));
}
