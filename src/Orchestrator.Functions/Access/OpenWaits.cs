using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>
/// Holds each caller to so many requests that stay open: those that wait for a task's end, and streams of events. Each of them looks at storage once a second, so a rate of
/// requests alone would not bound what one caller costs.
/// </summary>
internal sealed class OpenWaits(IOptions<RateLimitOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>How many are open now, of all callers.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum();
        }
    }

    /// <summary>Whether a request asks to stay open.</summary>
    public static bool Includes(HttpRequest request) => request.Query.ContainsKey("wait") || EventStream.IsWanted(request);

    /// <summary>Counts one until what is returned is disposed of.</summary>
    /// <exception cref="ProblemException">It is one too many.</exception>
    public IDisposable Enter(Caller caller)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(caller.Id);
            if (open >= options.Value.OpenWaits)
                throw new ProblemException(KnownProblems.TooManyRequests($"{open} requests of yours are waiting or streaming, as many as one caller may have open.", Pause));
            _open[caller.Id] = open + 1;
        }

        return new Place(this, caller.Id);
    }

    private void Leave(string caller)
    {
        lock (_lock)
        {
            if (--_open[caller] == 0)
                _open.Remove(caller);
        }
    }

    private sealed class Place(OpenWaits waits, string caller) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
                waits.Leave(caller);
        }
    }
}
