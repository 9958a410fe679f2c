using Orchestrator.History;

namespace Orchestrator.Functions.DeadLetters;

/// <summary>Where dead letters come from.</summary>
internal static class DeadLetterSources
{
    /// <summary>Ends of tasks that could not be called back; a letter's id is the task's.</summary>
    public const string Callback = DeadLetter.CallbackSource;

    private const string QueuePrefix = "queue:";

    /// <summary>Messages of a queue; a letter's id is the message's.</summary>
    public static string OfQueue(string queue) => QueuePrefix + queue;

    public static bool IsQueue(string source) => source.StartsWith(QueuePrefix, StringComparison.Ordinal);
}
