namespace Embedded.DurableTask.Tests.Simulation.Code;

/// <summary>What an orchestration is to do; the input of every execution.</summary>
/// <param name="Nonce">Names the start that it came from.</param>
/// <param name="Generation">How often it has been continued as new.</param>
/// <param name="Tokens">What earlier generations have done.</param>
/// <param name="Steps">What remains; see <see cref="PlanRun"/>.</param>
internal sealed record Plan(string Nonce, int Generation, IReadOnlyList<string> Tokens, IReadOnlyList<string> Steps)
{
    /// <summary>The name of the one orchestrator there is.</summary>
    public const string Name = "Plan";

    /// <summary>The name of the events that plans wait for.</summary>
    public const string Event = "go";

    public static Plan Parse(string text)
    {
        var parts = text.Split('|');
        return new Plan(parts[0], int.Parse(parts[1], null), Split(parts[2], ' '), Split(parts[3], ';'));
    }

    public static Plan First(string nonce, IReadOnlyList<string> steps) => new(nonce, 0, [], steps);

    public override string ToString() => $"{Nonce}|{Generation}|{string.Join(' ', Tokens)}|{string.Join(';', Steps)}";

    private static string[] Split(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries);
}
