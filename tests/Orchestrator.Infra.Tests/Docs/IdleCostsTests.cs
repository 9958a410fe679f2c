using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Files;

namespace Orchestrator.Infra.Tests.Docs;

/// <summary>What the page on deployment says an idle app costs follows from the timers that there are.</summary>
public sealed partial class IdleCostsTests
{
    private static readonly string _page = RepositoryFiles.Read("docs/how-to/deploy.md");

    private static readonly string[] _timers =
    [
        .. Directory.GetFiles(RepositoryFiles.PathOf("src/Orchestrator.Functions"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => TimerPattern().Matches(File.ReadAllText(path))).Select(match => match.Groups["when"].Value),
    ];

    private static double Runs => Math.Round(_timers.Sum(RunsADay) / 1000.0) * 1000;

    [Fact]
    public void Page_TimersAndRuns_AreThoseOfTheCode()
    {
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{_timers.Length} timers, "), _page, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" are some {Runs:N0} runs a day."), _page, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Runs themselves are {Runs * 30 / 1e6:0.##} million a month"), _page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2048 (default)", 2)]
    [InlineData("512", 0.5)]
    public void Page_CostsOfAMemory_FollowFromTheRuns(string memory, double gigabytes)
    {
        var row = _page.Split('\n').Single(line => line.StartsWith($"| {memory} |", StringComparison.Ordinal)).Split('|');
        var seconds = Runs * 30 * gigabytes;

        Assert.Equal(seconds / 1e6, NumberIn(row[2]), 0.05);
        Assert.Equal((seconds - 100_000) * 0.000026, NumberIn(row[3]), 1.5);
    }

    [Theory]
    [InlineData("*/10 * * * * *", 8640)]
    [InlineData("5/15 * * * * *", 5760)]
    [InlineData("35 2/5 * * * *", 288)]
    [InlineData("10 7 * * * *", 24)]
    public void RunsADay_OfATimer_AreCounted(string when, int runs) => Assert.Equal(runs, RunsADay(when));

    /// <summary>A field is every value, one, or every so many from one on; the last three are every value.</summary>
    private static int RunsADay(string when)
    {
        var fields = when.Split(' ');
        Assert.Equal(["*", "*", "*"], fields[3..]);
        return Values(fields[0], 60) * Values(fields[1], 60) * Values(fields[2], 24);
    }

    private static int Values(string field, int all) => field.Split('/') switch
    {
        ["*"] => all,
        ["*", var step] => Values($"0/{step}", all),
        [var from, var step] => (all - Number(from) - 1) / Number(step) + 1,
        _ => Number(field) < all ? 1 : 0,
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double NumberIn(string cell) => double.Parse(NumberPattern().Match(cell).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[TimerTrigger\(""(?<when>[^""]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex TimerPattern();

    [GeneratedRegex("[0-9][0-9.]*", RegexOptions.NonBacktracking)]
    private static partial Regex NumberPattern();
}
