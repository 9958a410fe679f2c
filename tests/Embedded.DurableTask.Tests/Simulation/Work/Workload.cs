using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Tests.Simulation.Work;

/// <summary>What clients ask for in the course of a simulation, drawn from the seed.</summary>
internal sealed class Workload(SimulatedWorld world, TimeSpan length)
{
    private static readonly InstanceStatus[] _ends = [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated];

    private readonly Random _draw = world.Draw(5);
    private readonly Requests _requests = new(world);
    private readonly List<string> _ids = [];
    private bool _isLarge;

    public Requests Requests => _requests;

    /// <summary>Has everything asked for in its time.</summary>
    public void Begin()
    {
        _isLarge = _draw.Next(25) == 0;
        var instances = _draw.Next(4, _isLarge ? 8 : 20);
        for (var i = 0; i < instances; i++)
        {
            _ids.Add($"i{i}");
        }

        foreach (var id in _ids)
        {
            At(length * 0.8, () => Start(id, isContested: false));
        }

        for (var left = _draw.Next(0, 12); left > 0; left--)
        {
            var id = $"x{_draw.Next(3)}";
            At(length, () => Start(id, isContested: true));
        }

        for (var left = _draw.Next(10, 90); left > 0; left--)
        {
            At(length, Ask);
        }
    }

    private void At(TimeSpan within, Action happen) => world.Clock.After(within * _draw.NextDouble(), happen);

    private void Start(string id, bool isContested)
    {
        var steps = Plans.Draw(_draw, isContested ? 2 : 7, id, _isLarge);
        var replaceable = isContested ? _ends.Where(_ => _draw.Next(2) == 0).ToHashSet() : [];
        var delay = _draw.Next(6) == 0 ? TimeSpan.FromMilliseconds(_draw.Next(1, 8000)) : TimeSpan.Zero;
        _requests.Start(id, steps, replaceable, delay);
    }

    private void Ask()
    {
        var id = _draw.Next(5) == 0 ? $"x{_draw.Next(3)}" : _ids[_draw.Next(_ids.Count)];
        var entity = Plans.Entities[_draw.Next(Plans.Entities.Length)];
        switch (_draw.Next(28))
        {
            case < 6:
                _requests.Signal(entity, Plans.Operations[_draw.Next(Plans.Operations.Length)], _draw.Next(5) == 0 ? TimeSpan.FromMilliseconds(_draw.Next(5000)) : TimeSpan.Zero);
                break;
            case < 11:
                for (var left = _draw.Next(1, 4); left > 0; left--)
                {
                    At(TimeSpan.FromSeconds(1), () => _requests.Raise(id));
                }

                break;
            case 11:
                _requests.Terminate(id, recursive: _draw.Next(2) == 0);
                break;
            case 12 or 13:
                _requests.Suspend(id, TimeSpan.FromMilliseconds(_draw.Next(4000)));
                break;
            case 14 or 15:
                _requests.Get(id, withPayloads: _draw.Next(2) == 0);
                break;
            case 16:
                _requests.GetEntity(entity);
                break;
            case 17 or 18:
                _requests.Query(pageSize: _draw.Next(1, 12));
                break;
            case 19 or 20:
                _requests.Wait(id, started: _draw.Next(2) == 0, _draw.Next(2) == 0 ? TimeSpan.FromMilliseconds(_draw.Next(1, 10_000)) : null);
                break;
            case 21:
                _requests.QueryEntities(pageSize: _draw.Next(1, 4));
                break;
            case 22:
                _requests.CleanEntities();
                break;
            case 23 or 24:
                _requests.StartNew(Plans.Draw(_draw, 3, id, _isLarge));
                break;
            default:
                _requests.Purge(id, recursive: _draw.Next(2) == 0);
                break;
        }
    }
}
