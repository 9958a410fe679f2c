using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Processes;
using Embedded.DurableTask.Tests.Simulation.Storage;
using Embedded.DurableTask.Tests.Simulation.Time;
using Embedded.DurableTask.Tests.Simulation.Work;

namespace Embedded.DurableTask.Tests.Simulation;

/// <summary>
/// A world in one thread: processes with real hubs in them, the storage they share, clients, and one clock. All chance comes from
/// the seed, so a seed is a run.
/// </summary>
internal sealed class SimulatedWorld
{
    private static readonly TimeSpan _longestCall = TimeSpan.FromSeconds(20);

    private readonly List<SimulatedProcess> _processes = [];
    private readonly SimulationOptions _options;
    private readonly int _pageSize;
    private readonly bool _hasWrongClocks;
    private int _started;

    public SimulatedWorld(SimulationOptions options)
    {
        _options = options;
        Trace = new Trace(() => Clock.Now, options.Trace);
        Witness = new Witness(Verdict);
        Account = new SimulatedAccount(Witness.Accept);
        Order = Draw(1);
        Work = Draw(2);
        Chance = Draw(3);
        Weather = new Weather(Draw(4), () => Clock.Now, options.Length);
        Clients = new Clients(this);
        Reach = Chance.Next(3) == 0 ? 1 : Chance.Next(2, 8);
        _pageSize = Chance.Next(3) == 0 ? Chance.Next(1, 6) : 1000;
        _hasWrongClocks = Chance.Next(3) == 0;
    }

    public VirtualClock Clock { get; } = new();

    public Verdict Verdict { get; } = new();

    public Trace Trace { get; }

    public Witness Witness { get; }

    public SimulatedAccount Account { get; }

    public Weather Weather { get; }

    public Clients Clients { get; }

    /// <summary>Draws which item of which process comes next.</summary>
    public Random Order { get; }

    /// <summary>Draws how long user code takes.</summary>
    public Random Work { get; }

    /// <summary>Draws everything else.</summary>
    public Random Chance { get; }

    /// <summary>See <see cref="ProcessContext"/>.</summary>
    public int Reach { get; }

    public IReadOnlyList<SimulatedProcess> Processes => _processes;

    /// <summary>A source of chance of its own.</summary>
    public Random Draw(int stream) => new((_options.Seed * 16) + stream);

    public IHubStorage StorageOf(SimulatedProcess process)
    {
        var storage = new SimulatedStorage(Account, new ProcessPath(process, Clock, Weather, Trace), _pageSize);
        return _options.Sabotage?.Invoke(storage) ?? storage;
    }

    public SimulatedProcess StartProcess(bool takeOver)
    {
        var options = new TaskHubOptions
        {
            ConnectionString = "none",
            HubName = "Simulated",
            TakeOver = takeOver,
            MaxConcurrentActivities = Chance.Next(2, 12),
            MaxConcurrentOrchestrations = Chance.Next(2, 12),
            MaxConcurrentEntities = Chance.Next(1, 4),
            CheckpointRecords = Chance.Next(1, 40),
            CheckpointInterval = TimeSpan.FromSeconds(Chance.Next(1, 10)),
        };
        var skew = _hasWrongClocks ? TimeSpan.FromMilliseconds(Chance.Next(-3000, 3000)) : TimeSpan.Zero;
        var process = new SimulatedProcess(this, $"p{++_started}", options, skew);
        _processes.Add(process);
        process.Start();
        return process;
    }

    /// <summary>A process has ended. One that has not crashed owes every client an answer.</summary>
    public void Ended(SimulatedProcess process)
    {
        if (process.HasCrashed)
        {
            _processes.Remove(process);
            Clients.Abandon(process);
            return;
        }

        Clock.After(_longestCall * 2, () =>
        {
            _processes.Remove(process);
            Clients.RequireAnswered(process);
        });
    }

    /// <summary>Lets the world go on until something is so.</summary>
    /// <returns>Whether it came to be before <paramref name="until"/>.</returns>
    /// <exception cref="SimulationFailedException">An invariant does not hold.</exception>
    public bool Run(TimeSpan until, Func<bool>? isSo = null)
    {
        var ready = new List<ProcessContext>();
        while (true)
        {
            Clock.RunDue();
            RequireSound();
            ready.Clear();
            ready.AddRange(_processes.Select(p => p.Context).Where(c => c.CanRun));
            if (ready.Count > 0)
            {
                var context = ready[ready.Count == 1 ? 0 : Order.Next(ready.Count)];
                for (var left = ready.Count == 1 ? 16 : Order.Next(1, 5); left > 0 && context.CanRun; left--)
                {
                    context.RunOne();
                }
            }
            else if (isSo?.Invoke() is true)
            {
                return true;
            }
            else if (!Clock.MoveOn(until))
            {
                return false;
            }
        }
    }

    private void RequireSound()
    {
        if (Verdict.Fault is { } fault)
        {
            throw new SimulationFailedException(fault);
        }

        foreach (var process in _processes)
        {
            Verdict.Require(process.Context.Intrusion is null, $"{process.Name} left the thread:\n{process.Context.Intrusion}");
        }
    }
}
