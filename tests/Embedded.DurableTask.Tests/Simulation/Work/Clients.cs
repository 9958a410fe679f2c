using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Work;

/// <summary>The clients' calls: each is made in a process that serves, and made again until it is answered.</summary>
internal sealed class Clients(SimulatedWorld world)
{
    private readonly List<Call> _open = [];

    /// <summary>How many calls have not been answered.</summary>
    public int Waiting { get; private set; }

    /// <summary>How many calls have been answered.</summary>
    public int Answered { get; private set; }

    /// <summary>What has not been answered.</summary>
    public string Unanswered => string.Join(", ", _open.Select(c => $"{c.What} at {c.Process.Name}"));

    /// <summary>Makes a call until it comes back.</summary>
    /// <param name="call">Makes it and checks the answer. Faults of the hub make it try again, as somebody would who does not know what became of it.</param>
    public void Make(string what, Func<SimulatedProcess, Task> call)
    {
        Waiting++;
        Try(what, call);
    }

    /// <summary>A process has ended; what was asked of it is answered no more.</summary>
    public void Abandon(SimulatedProcess process)
    {
        foreach (var call in _open.Where(c => c.Process == process).ToList())
        {
            _open.Remove(call);
            TryLater(call.What, call.Make);
        }
    }

    /// <summary>Nobody may wait for a process that has ended in order.</summary>
    public void RequireAnswered(SimulatedProcess process)
    {
        var open = string.Join(", ", _open.Where(c => c.Process == process).Select(c => c.What));
        world.Verdict.Require(open.Length == 0, $"{process.Name} has ended and left unanswered: {open}");
    }

    private void TryLater(string what, Func<SimulatedProcess, Task> call) =>
        world.Clock.After(TimeSpan.FromMilliseconds(world.Chance.Next(50, 1500)), () => Try(what, call));

    private void Try(string what, Func<SimulatedProcess, Task> make)
    {
        var serving = world.Processes.Where(p => p.IsServing).ToList();
        if (serving.Count == 0)
        {
            TryLater(what, make);
            return;
        }

        var call = new Call(what, serving[world.Chance.Next(serving.Count)], make);
        _open.Add(call);
        call.Process.Context.Post(_ => _ = MakeAsync(call), null);
    }

    private async Task MakeAsync(Call call)
    {
        try
        {
            world.Trace.Write(call.Process.Name, $"is asked: {call.What}");
            await call.Make(call.Process);
            world.Trace.Write(call.Process.Name, $"has answered: {call.What}");
            _open.Remove(call);
            Waiting--;
            Answered++;
        }
        catch (SimulationFailedException)
        {
            // The verdict has it.
        }
        catch (Exception fault)
        {
            Faults.RequireExpected(fault, world.Verdict, call.What);
            world.Trace.Write(call.Process.Name, $"has failed: {call.What}: {fault.GetType().Name}");
            if (_open.Remove(call))
            {
                TryLater(call.What, call.Make);
            }
        }
    }

    private sealed record Call(string What, SimulatedProcess Process, Func<SimulatedProcess, Task> Make);
}
