using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>Counts what runs.</summary>
public sealed class Runs
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count(string what) => _counts.GetValueOrDefault(what);

    /// <returns>How often it has run, this time included.</returns>
    public int Add(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
}

/// <summary>An orchestration of activities, all of which are counted.</summary>
public sealed class TwiceFunctions(Runs runs)
{
    public const int Activities = 40;

    [Function(nameof(Sum))]
    public async Task<int> Sum([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        runs.Add(nameof(Sum));
        var numbers = await Task.WhenAll(Enumerable.Range(0, Activities).Select(n => context.CallActivityAsync<int>(nameof(Number), n)));
        await context.CreateTimer(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        return numbers.Sum();
    }

    [Function(nameof(Number))]
    public int Number([ActivityTrigger] int number)
    {
        runs.Add(number.ToString(CultureInfo.InvariantCulture));
        return number;
    }
}
