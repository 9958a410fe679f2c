using System.Diagnostics.CodeAnalysis;
using Orchestrator.Agents;

namespace Orchestrator.Functions.Entities;

/// <summary>
/// Sums what agents do in this process, so that an attempt costs no entity operation. Each agent has at most one report on its
/// way; one whose arrival is not certain is sent again unchanged, and counts once. Safe to call from many threads.
/// </summary>
public sealed class AgentCounters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Sums> _agents = new(StringComparer.Ordinal);
    private readonly string _source;

    /// <summary>Creates empty counters.</summary>
    /// <param name="source">Names this start of this process; never used again.</param>
    public AgentCounters(string source) => _source = source;

    /// <summary>Counts one event of <paramref name="agent"/>.</summary>
    public void Add(string agent, AgentCount count)
    {
        lock (_lock)
        {
            if (!_agents.TryGetValue(agent, out var sums))
                _agents.Add(agent, sums = new Sums());
            sums.Counts[(int)count]++;
            sums.HasNews = true;
        }
    }

    /// <summary>The agents that have something to report.</summary>
    public IReadOnlyList<string> AgentsWithNews()
    {
        lock (_lock)
            return [.. _agents.Where(agent => agent.Value.HasNews || agent.Value.OnItsWay is not null).Select(agent => agent.Key)];
    }

    /// <summary>The report to send: the one on its way if there is one, else a new one of what was counted since the last.</summary>
    public bool TryTake(string agent, DateTimeOffset now, [NotNullWhen(true)] out AgentReport? report)
    {
        lock (_lock)
        {
            report = null;
            if (!_agents.TryGetValue(agent, out var sums))
                return false;

            if (sums.OnItsWay is null && sums.HasNews)
            {
                var counts = sums.Counts;
                sums.OnItsWay = new AgentReport(_source, ++sums.Sequence, now, counts[0], counts[1], counts[2], counts[3]);
                sums.Counts = new int[counts.Length];
                sums.HasNews = false;
            }

            report = sums.OnItsWay;
            return report is not null;
        }
    }

    /// <summary>The report on its way has arrived.</summary>
    public void Confirm(string agent)
    {
        lock (_lock)
            _agents[agent].OnItsWay = null;
    }

    private sealed class Sums
    {
        /// <summary>By <see cref="AgentCount"/>.</summary>
        public int[] Counts { get; set; } = new int[Enum.GetValues<AgentCount>().Length];

        public bool HasNews { get; set; }

        public long Sequence { get; set; }

        public AgentReport? OnItsWay { get; set; }
    }
}
