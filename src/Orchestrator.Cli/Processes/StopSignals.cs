using System.Runtime.InteropServices;

namespace Orchestrator.Cli.Processes;

/// <summary>
/// Ctrl-C and its like (SIGINT, SIGTERM, SIGHUP, SIGQUIT). The first asks for an orderly stop, a second for one at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] _signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _atOnce = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _onFirst;
    private int _count;

    /// <param name="onFirst">Called at the first signal, before <see cref="Stop"/> fires.</param>
    public StopSignals(Action onFirst) => _onFirst = onFirst;

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Fires at the second.</summary>
    public CancellationToken AtOnce => _atOnce.Token;

    /// <summary>Takes the signals from the system, which would otherwise end the process.</summary>
    public StopSignals Listen()
    {
        foreach (var signal in _signals)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return this;
    }

    /// <summary>Counts one signal.</summary>
    public void Raise()
    {
        if (Interlocked.Increment(ref _count) > 1)
        {
            _atOnce.Cancel();
            return;
        }

        _onFirst();
        _stop.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
        _atOnce.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Raise();
    }
}
