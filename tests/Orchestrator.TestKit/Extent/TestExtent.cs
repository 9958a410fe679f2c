namespace Orchestrator.TestKit.Extent;

/// <summary>How much of a sweep is run: a sample by default, all of it when the environment variable ORCHESTRATOR_TESTS_FULL is 1.</summary>
public static class TestExtent
{
    /// <summary>Whether everything is to be run, however long it takes.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("ORCHESTRATOR_TESTS_FULL") == "1";

    /// <summary>All cases in a full run, else the first of every <paramref name="step"/>.</summary>
    public static IEnumerable<T> Sample<T>(IEnumerable<T> cases, int step) => IsFull ? cases : cases.Where((_, number) => number % step == 0);

    /// <summary>All cases in a full run, else the first <paramref name="count"/>.</summary>
    public static IEnumerable<T> First<T>(IEnumerable<T> cases, int count) => IsFull ? cases : cases.Take(count);
}
