using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Code;
using Embedded.DurableTask.Tests.Simulation.Time;

namespace Embedded.DurableTask.Tests.Simulation.Processes;

/// <summary>One run of a host process, with the real <see cref="TaskHub"/> in it.</summary>
internal sealed class SimulatedProcess
{
    private readonly SimulatedWorld _world;
    private readonly PlannedCode _code;
    private readonly TaskHubOptions _options;
    private readonly CancellationTokenSource _starting = new();
    private Task _living = Task.CompletedTask;
    private bool _isStopping;

    public SimulatedProcess(SimulatedWorld world, string name, TaskHubOptions options, TimeSpan skew)
    {
        Name = name;
        _world = world;
        _options = options;
        Context = new ProcessContext(world.Order, world.Reach);
        Clock = new ProcessClock(world.Clock, Context, skew);
        _code = new PlannedCode(this, world.Witness, world.Work, world.Trace);
        Hub = new TaskHub(options, world.StorageOf(this), Clock, new TraceLoggers(name, world.Trace), _ => Stop(TimeSpan.FromSeconds(2)));
    }

    public string Name { get; }

    public ProcessContext Context { get; }

    public ProcessClock Clock { get; }

    public TaskHub Hub { get; }

    /// <summary>The epoch that it has acquired; 0 for none.</summary>
    public long Epoch { get; set; }

    public bool HasCrashed => Context.IsDead;

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether clients are served.</summary>
    public bool IsServing { get; private set; }

    public void Start()
    {
        _world.Trace.Write(Name, $"starts{(_options.TakeOver ? ", taking over" : "")}");
        Context.Post(_ => _living = LiveAsync(), null);
    }

    /// <summary>Stops in order, as a host does.</summary>
    public void Stop(TimeSpan limit) => Context.Post(
        _ =>
        {
            _starting.Cancel();
            _ = StopAsync(limit);
        },
        null);

    public void Crash()
    {
        _world.Trace.Write(Name, "crashes");
        Context.Kill();
        End();
    }

    public void Freeze()
    {
        _world.Trace.Write(Name, "freezes");
        Context.IsFrozen = true;
    }

    public void Wake()
    {
        _world.Trace.Write(Name, "wakes");
        Context.IsFrozen = false;
    }

    private async Task LiveAsync()
    {
        try
        {
            await Hub.StartAsync(_code, _code, _code, _starting.Token);
            IsServing = !_isStopping;
            _world.Trace.Write(Name, $"serves, epoch {Epoch}");
        }
        catch (Exception fault)
        {
            _world.Trace.Write(Name, $"cannot start: {fault.GetType().Name}");
            Faults.RequireExpected(fault, _world.Verdict, $"{Name} cannot start");
            await Hub.DisposeAsync();
            End();
        }
    }

    private async Task StopAsync(TimeSpan limit)
    {
        if (_isStopping || HasEnded)
        {
            return;
        }

        _isStopping = true;
        IsServing = false;
        _world.Trace.Write(Name, "stops");
        await _living;
        if (HasEnded)
        {
            return;
        }

        try
        {
            using var hurry = new CancellationTokenSource(limit, Clock);
            await Hub.StopAsync(hurry.Token);
            _world.Trace.Write(Name, "has stopped");
        }
        catch (Exception fault)
        {
            _world.Trace.Write(Name, $"has stopped: {fault.GetType().Name}");
            Faults.RequireExpected(fault, _world.Verdict, $"{Name} cannot stop");
        }

        await Hub.DisposeAsync();
        End();
    }

    private void End()
    {
        IsServing = false;
        HasEnded = true;
        _world.Ended(this);
    }
}
