using Azure;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>How storage behaves: mostly well, at times slowly, at times hardly at all.</summary>
internal sealed class Weather
{
    private readonly Random _draw;
    private readonly Queue<(TimeSpan Until, double Faults, double Slowness)> _phases = new();
    private readonly Func<TimeSpan> _now;
    private bool _isClear;

    /// <param name="length">How long there is weather at all.</param>
    public Weather(Random draw, Func<TimeSpan> now, TimeSpan length)
    {
        _draw = draw;
        _now = now;
        var roughness = draw.NextDouble();
        for (var until = TimeSpan.Zero; until < length;)
        {
            until += Between(0.3, 9);
            _phases.Enqueue((until, Faults(roughness), draw.NextDouble() < roughness * 0.3 ? 0.5 : 0.02));
        }
    }

    /// <summary>From now on all is well.</summary>
    public void Clear() => _isClear = true;

    /// <summary>What becomes of a call.</summary>
    public Fate Next()
    {
        var (faults, slowness) = Present();
        var arrives = Between(0.0002, 0.003);
        var answers = arrives + Between(0.0002, 0.003);
        if (_draw.NextDouble() < slowness)
        {
            arrives += _draw.NextDouble() < 0.5 ? Between(0.01, 2) : TimeSpan.Zero;
            answers = arrives + Between(0.01, 2);
        }

        return _draw.NextDouble() < faults ? Faulty(arrives, answers) : new Fate(arrives, answers, IsApplied: true, null, _draw.NextDouble() < 0.5);
    }

    private Fate Faulty(TimeSpan arrives, TimeSpan answers)
    {
        var survivesCrash = _draw.NextDouble() < 0.5;
        return _draw.Next(6) switch
        {
            0 or 1 => new Fate(arrives, answers, IsApplied: false, Fault(), survivesCrash),
            2 or 3 => new Fate(arrives, answers, IsApplied: true, Fault(), survivesCrash),
            4 => new Fate(arrives, Between(1, 10), IsApplied: _draw.Next(2) == 0, new TaskCanceledException("The call has taken too long."), survivesCrash),

            // The caller has given up when it arrives.
            _ => new Fate(answers + Between(0.001, 15), answers, IsApplied: true, Fault(), survivesCrash),
        };
    }

    private Exception Fault() => _draw.Next(4) switch
    {
        0 => new RequestFailedException(500, "InternalError"),
        1 => new RequestFailedException(503, "ServerBusy"),
        2 => new RequestFailedException("The connection was reset.", new IOException()),
        _ => new IOException("The connection was reset."),
    };

    private double Faults(double roughness) => _draw.NextDouble() < 0.5 ? 0.005 : _draw.Next(8) switch
    {
        0 => roughness,
        1 or 2 => roughness * 0.5,
        _ => roughness * 0.1,
    };

    private (double Faults, double Slowness) Present()
    {
        while (_phases.TryPeek(out var phase) && phase.Until < _now())
        {
            _phases.Dequeue();
        }

        return _isClear || _phases.Count == 0 ? (0, 0) : (_phases.Peek().Faults, _phases.Peek().Slowness);
    }

    private TimeSpan Between(double least, double most) => TimeSpan.FromTicks((long)((least + (_draw.NextDouble() * (most - least))) * TimeSpan.TicksPerSecond));
}

/// <summary>What becomes of one call.</summary>
/// <param name="Arrives">When the service does it, from now.</param>
/// <param name="Answers">When the caller hears of it, from now.</param>
/// <param name="IsApplied">Whether the service does it at all.</param>
/// <param name="Fault">What the caller hears instead of the answer.</param>
/// <param name="SurvivesCrash">Whether it arrives although the caller has crashed meanwhile.</param>
internal sealed record Fate(TimeSpan Arrives, TimeSpan Answers, bool IsApplied, Exception? Fault, bool SurvivesCrash);
