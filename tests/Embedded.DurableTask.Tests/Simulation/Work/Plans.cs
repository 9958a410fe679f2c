using Embedded.DurableTask.Tests.Simulation.Code;

namespace Embedded.DurableTask.Tests.Simulation.Work;

/// <summary>Draws plans; see <see cref="PlanRun"/> for the steps.</summary>
internal static class Plans
{
    public static string[] Entities { get; } = ["@counter@a", "@counter@b", CounterEntity.RelayTarget];

    public static string[] Operations { get; } = ["add", "add", "add", "add", "relay", "reset", "fail", "get", "start"];

    /// <param name="most">How many steps at most, a critical section counted as one.</param>
    /// <param name="isLarge">Whether some of them give large results.</param>
    public static IReadOnlyList<string> Draw(Random draw, int most, string ownId, bool isLarge) =>
        [.. Enumerable.Range(0, draw.Next(1, most + 1)).SelectMany(_ => draw.Next(10) switch
        {
            0 => CriticalSection(draw),
            1 when isLarge => [draw.Next(2) == 0 ? "a:big" : "o:1100"],
            _ => [Step(draw, ownId)],
        })];

    /// <summary>Locks, calls of what is locked, and mostly a release; without one the locks end with the execution.</summary>
    private static List<string> CriticalSection(Random draw)
    {
        var locked = Entities.Where(_ => draw.Next(2) == 0).DefaultIfEmpty(Entities[0]).ToList();
        var steps = new List<string> { $"l:{string.Join('+', locked)}" };
        for (var left = draw.Next(4); left > 0; left--)
        {
            steps.Add(draw.Next(4) == 0 ? $"t:{draw.Next(1, 500)}" : $"c:{locked[draw.Next(locked.Count)]},{Operations[draw.Next(Operations.Length)]}");
        }

        steps.Add(draw.Next(4) switch
        {
            0 => "n",
            1 when draw.Next(3) == 0 => "x",
            _ => "u",
        });
        return steps;
    }

    private static string Step(Random draw, string ownId)
    {
        var entity = Entities[draw.Next(Entities.Length)];
        return draw.Next(22) switch
        {
            < 4 => "a:ok",
            4 => draw.Next(2) == 0 ? "a:boom" : "a:throw",
            5 or 6 => $"f:{draw.Next(2, 9)}",
            7 => "d",
            8 or 9 => $"t:{draw.Next(0, 3000)}",
            10 => $"w:{draw.Next(1, 200)}",
            11 or 12 => $"e:{draw.Next(1, 4)}",
            13 => $"s:{entity},{(draw.Next(3) == 0 ? draw.Next(1, 3000) : 0)}",
            14 or 15 => $"c:{entity},{Operations[draw.Next(Operations.Length)]}",
            16 or 17 => $"k{(draw.Next(6) == 0 ? $"=x{draw.Next(3)}" : "")}:{Child(draw)}",
            18 => Other(draw, ownId),
            19 or 20 => "n",
            _ => draw.Next(4) == 0 ? "x" : "a:ok",
        };
    }

    private static string Other(Random draw, string ownId) => $"i{draw.Next(8)}" is var id && id == ownId ? "d" : $"v:{id}";

    private static string Child(Random draw) => string.Join(',', Enumerable.Range(0, draw.Next(1, 4)).Select(_ => draw.Next(8) switch
    {
        < 4 => "a.ok",
        4 => $"t.{draw.Next(1, 2000)}",
        5 => "d",
        6 => "n",
        _ => "x",
    }));
}
