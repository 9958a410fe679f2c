using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Work;

namespace Embedded.DurableTask.Tests.Simulation;

/// <summary>
/// One simulation: clients ask for things while storage and processes fail; then all is well, and everything must come to its end.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>How long it may take until everything that was asked for has come to its end.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    private readonly SimulatedWorld _world;
    private readonly Workload _workload;
    private readonly Incidents _incidents;
    private readonly TimeSpan _length;
    private readonly int _seed;

    private SimulatedRun(SimulationOptions options)
    {
        (_length, _seed) = (options.Length, options.Seed);
        _world = new SimulatedWorld(options);
        _workload = new Workload(_world, _length);
        _incidents = new Incidents(_world, _length);
    }

    /// <exception cref="SimulationFailedException">An invariant does not hold; the message says which, and how to see it again.</exception>
    public static SimulationReport Run(SimulationOptions options)
    {
        var run = new SimulatedRun(options);
        try
        {
            return run.Run();
        }
        catch (Exception fault)
        {
            throw new SimulationFailedException(
                $"Seed {options.Seed} (replay with ORCHESTRATOR_SIMULATION_SEED={options.Seed}): {fault.Message}\n{(fault is SimulationFailedException ? "" : fault.StackTrace)}\n{run._world.Trace.Last}");
        }
    }

    private SimulationReport Run()
    {
        _incidents.Begin();
        _workload.Begin();
        for (var left = 5; left > 0; left--)
        {
            _world.Clock.After(_length * _world.Chance.NextDouble(), () => RecoveryCheck.Run(_world));
        }

        _world.Run(_length);
        _world.Trace.Write("", "all is well");
        _world.Weather.Clear();
        _incidents.End();
        Finish();
        CheckAnswers();
        Leave();
        RecoveryCheck.Run(_world);
        Return();
        CheckAnswers();
        Leave();
        RecoveryCheck.Run(_world);
        LeftoverCheck.Run(_world);
        return new SimulationReport(_seed, _world.Trace.Hash, _world.Trace.Lines, _world.Witness.Completed, _world.Witness.Checkpoints, _world.Clients.Answered, _world.Witness.NewestEpoch);
    }

    /// <summary>Gives instances what they wait for until all have ended.</summary>
    private void Finish()
    {
        var until = _world.Clock.Now + _patience;
        while (!IsAllDone())
        {
            _world.Verdict.Require(_world.Clock.Now < until, $"Not all has come to its end. {Describe()}");
            foreach (var instance in _world.Witness.State.Orchestrations.Values.Where(i => !i.IsFinished).ToList())
            {
                if (instance.Status == InstanceStatus.Suspended)
                {
                    _workload.Requests.Resume(instance.InstanceId);
                }
                else if (instance is { Status: InstanceStatus.Running, Inbox.Count: 0, Open.Count: 0 })
                {
                    _workload.Requests.Raise(instance.InstanceId);
                }
            }

            _world.Run(_world.Clock.Now + TimeSpan.FromSeconds(2));
        }
    }

    private bool IsAllDone() =>
        _world.Clients.Waiting == 0 && _world.Witness.State.Orchestrations.Values.All(i => i.IsFinished) && _world.Witness.State.Entities.Values.All(e => e.Queue.Count == 0);

    private string Describe()
    {
        var live = _world.Witness.State.Orchestrations.Values.Where(i => !i.IsFinished).Select(Describe);
        var entities = _world.Witness.State.Entities.Values.Where(e => e.Queue.Count > 0).Select(e => $"{e.Entity} has {e.Queue.Count} operations");
        return string.Join("; ", [.. live, .. entities, $"unanswered: {_world.Clients.Unanswered}"]);
    }

    private static string Describe(OrchestrationState instance) =>
        $"'{instance.InstanceId}' is {instance.Status} at {instance.CustomStatus} of {instance.Start.Input}, with {instance.Inbox.Count} messages and open {string.Join(", ", instance.Open.Values)}";

    /// <summary>Asks for everything once more.</summary>
    private void CheckAnswers()
    {
        _world.Clients.Make("the end", async process =>
        {
            foreach (var id in _world.Witness.Ids.ToList())
            {
                await _workload.Requests.GetAsync(process, id, withPayloads: true);
            }

            foreach (var entity in Plans.Entities)
            {
                await _workload.Requests.GetEntityAsync(process, entity);
            }

            await _workload.Requests.QueryAsync(process, pageSize: 7);
        });
        _world.Verdict.Require(_world.Run(_world.Clock.Now + _patience, () => _world.Clients.Waiting == 0), $"The last questions were not answered.");
    }

    /// <summary>Starts one more process, which knows only what is stored.</summary>
    private void Return()
    {
        var process = _world.StartProcess(takeOver: false);
        _world.Verdict.Require(_world.Run(_world.Clock.Now + _patience, () => process.IsServing), $"The last process does not serve.");
    }

    /// <summary>Ends every process in order.</summary>
    private void Leave()
    {
        _incidents.Close();
        foreach (var process in _world.Processes)
        {
            process.Stop(TimeSpan.FromSeconds(10));
        }

        _world.Verdict.Require(
            _world.Run(_world.Clock.Now + TimeSpan.FromSeconds(15), () => _world.Processes.All(p => p.HasEnded)), $"{string.Join(", ", _world.Processes.Where(p => !p.HasEnded).Select(p => p.Name))} did not stop.");
    }
}

/// <summary>What a simulation has done.</summary>
internal sealed record SimulationReport(int Seed, ulong Hash, long Lines, int Completed, int Checkpoints, int Answered, long Epochs);
