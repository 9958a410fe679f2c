using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the query string of a route that can wait for a task's end.</summary>
internal static class WaitQuery
{
    /// <summary>Longest wait; balancers of the cloud cut an idle connection off some time later.</summary>
    public const int MaxSeconds = 30;

    /// <summary>How long to wait; zero when nothing is said.</summary>
    /// <exception cref="ProblemException">With every fault, unknown parameters included.</exception>
    public static TimeSpan Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var wait = TimeSpan.Zero;
        foreach (var (name, values) in query)
        {
            if (!name.Equals("wait", StringComparison.OrdinalIgnoreCase))
                faults.Add(new Fault(JsonPointer.Join("", name), "There is no such parameter; there is: wait."));
            else if (values.Count == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxSeconds)
                wait = TimeSpan.FromSeconds(seconds);
            else
                faults.Add(new Fault("/wait", $"It must be a whole number of seconds from 0 to {MaxSeconds}."));
        }

        return faults.Count == 0 ? wait : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
