using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Work;

/// <summary>What befalls processes: crashes, freezes, stops, rivals. And somebody who starts a new one when none serves.</summary>
internal sealed class Incidents(SimulatedWorld world, TimeSpan length)
{
    private readonly Random _draw = world.Draw(6);
    private bool _isOver;
    private bool _isClosed;

    public void Begin()
    {
        world.StartProcess(takeOver: true);
        for (var left = _draw.Next(0, 7); left > 0; left--)
        {
            world.Clock.After(length * _draw.NextDouble(), Happen);
        }

        Supervise();
    }

    /// <summary>Nothing goes wrong any more; who sleeps wakes.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var process in world.Processes.Where(p => p.Context.IsFrozen).ToList())
        {
            process.Wake();
        }
    }

    /// <summary>Starts nobody any more.</summary>
    public void Close() => _isClosed = true;

    private void Happen()
    {
        var processes = world.Processes.Where(p => !p.HasEnded).ToList();
        var process = processes.Count > 0 ? processes[_draw.Next(processes.Count)] : null;
        switch (_draw.Next(11))
        {
            case < 3 when process is not null:
                process.Crash();
                Rival(0.5, Seconds(0.01, 1));
                break;
            case < 6 when process is { Context.IsFrozen: false }:
                Freeze(process);
                break;
            case < 8 when process is not null:
                process.Stop(Seconds(0.001, 6));
                Rival(0.5, Seconds(0.001, 3));
                break;
            case 8 when process is not null:
                world.Trace.Write(process.Name, "has its clock set");
                process.Clock.Shift(Seconds(-60, 60));
                break;
            default:
                world.StartProcess(takeOver: _draw.Next(2) == 0);
                break;
        }
    }

    private void Freeze(SimulatedProcess process)
    {
        process.Freeze();
        world.Clock.After(Seconds(0.01, _draw.Next(2) == 0 ? 3 : 40), () =>
        {
            if (process.Context.IsFrozen && !process.HasEnded)
            {
                process.Wake();
            }
        });
        Rival(0.6, Seconds(0.01, 5));
    }

    /// <summary>Another process takes over without being asked to.</summary>
    private void Rival(double probability, TimeSpan after)
    {
        if (_draw.NextDouble() < probability)
        {
            world.Clock.After(after, () =>
            {
                if (!_isOver)
                {
                    world.StartProcess(takeOver: _draw.Next(4) != 0);
                }
            });
        }
    }

    private void Supervise()
    {
        var isUp = world.Processes.Any(p => !p.HasEnded && !p.Context.IsFrozen);
        if (!isUp && !_isClosed && (_isOver || _draw.Next(3) == 0))
        {
            world.StartProcess(takeOver: _isOver || _draw.Next(3) != 0);
        }

        world.Clock.After(TimeSpan.FromSeconds(1), Supervise);
    }

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (_draw.NextDouble() * (most - least)));
}
