using System.Text.Json;
using Embedded.DurableTask.Crash.Tests.Apps;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary>One instance of a load: what is started, and what must come of it.</summary>
internal sealed record Job
{
    private const int SharedAccounts = 4;
    private const int FanOut = 20;

    private Job()
    {
    }

    /// <summary>A job whose activity ends only when it is run again.</summary>
    public static Job Lingering { get; } = Completes("job-lingers", "Lingers", 0, "2") with { Keys = ["job-lingers"] };

    public required string Id { get; init; }

    public required string Orchestrator { get; init; }

    public required object Input { get; init; }

    /// <summary>What it must come to.</summary>
    public required Instance End { get; init; }

    /// <summary>The value of the event that it waits for; null for none.</summary>
    public string? Answer { get; init; }

    /// <summary>How many instances it starts itself.</summary>
    public int Children { get; init; }

    /// <summary>The idempotency keys of its effects.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>What its steps add to accounts; null when it has none.</summary>
    public StepsInput? Steps { get; init; }

    /// <summary>The account of its own that the steps add to.</summary>
    public string Account => Orchestrator == "Delegates" ? ChildOf(Id) : Id;

    /// <summary>The job of a number: every tenth is of the same kind.</summary>
    /// <param name="lasting">How long a step takes.</param>
    public static Job Of(int number, TimeSpan lasting)
    {
        var id = $"job{number:D4}";
        var steps = new StepsInput(number + 1, $"shared{number % SharedAccounts}", lasting);
        return (number % 10) switch
        {
            4 => Completes(id, "Delegates", steps, steps.Output) with { Steps = steps, Keys = [.. StepsInput.KeysOf(ChildOf(id))], Children = 1 },
            5 => Completes(id, "Squares", FanOut, Squares(FanOut)),
            6 => Completes(id, "Asks", 0, $"\"yes {number}\"") with { Answer = $"yes {number}" },
            7 => Completes(id, "Sleeps", TimeSpan.FromMilliseconds(200), "\"00:00:00.2000000\""),
            8 => Completes(id, "Nests", new { Depth = 2, Width = 4, First = 0 }, Squares(16)) with { Children = 4 },
            9 => Fails(id, $"no {number}"),
            _ => Completes(id, "Steps", steps, steps.Output) with { Steps = steps, Keys = [.. StepsInput.KeysOf(id)] },
        };
    }

    private static Job Completes(string id, string orchestrator, object input, string output) =>
        new() { Id = id, Orchestrator = orchestrator, Input = input, End = new Instance(id, "Completed", output) };

    private static Job Fails(string id, string reason) => Completes(id, "Fails", reason, "") with
    {
        End = new Instance(id, "Failed", $"Microsoft.DurableTask.TaskFailedException: Task 'Refuse' (#0) failed with an unhandled exception: {reason}"),
    };

    private static string ChildOf(string id) => $"{id}-child";

    private static string Squares(int count) => JsonSerializer.Serialize(Enumerable.Range(0, count).Select(number => number * number));
}
